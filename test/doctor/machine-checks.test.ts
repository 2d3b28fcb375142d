import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresCheck } from '../../lab/doctor/machine-checks';
import { packageNative } from '../../lab/engine/local/postgres/binaries';

let folder: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-doctor-test-'));
  copy = join(folder, 'native');
  cpSync(packageNative(), copy, { recursive: true, verbatimSymlinks: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a PostgreSQL package without the links of its libraries is sound', () => {
  const lib = join(copy, 'lib');
  const links = readdirSync(lib).filter((name) => lstatSync(join(lib, name)).isSymbolicLink());
  expect(links).not.toEqual([]);
  for (const name of links) rmSync(join(lib, name));
  expect(postgresCheck(copy)).toEqual({
    check: 'postgres',
    ok: true,
    says: expect.stringContaining('(PostgreSQL) 15.') as string,
  });
});

test('a PostgreSQL package with neither links nor their list is not, and the check says what to do', () => {
  rmSync(join(copy, 'pg-symlinks.json'));
  rmSync(join(copy, 'lib'), { recursive: true });
  expect(postgresCheck(copy)).toEqual({
    check: 'postgres',
    ok: false,
    says: expect.stringMatching(/cannot open shared object file[^]*npm ci/) as string,
  });
});
