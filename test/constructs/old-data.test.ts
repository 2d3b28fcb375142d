import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { synthesize } from '../../constructs';
import { containerOf, environment } from './objects';

/** Says what it was called with, and what the volume held then. */
const ENTRY_POINT = `#!/bin/sh
printf '%s\\n' "$@"
ls "$(dirname "$PGDATA")" > "$SEEN"
`;

describe('the start of the database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backend-under-load-volume-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'docker-entrypoint.sh'), ENTRY_POINT);
    chmodSync(join(folder, 'bin', 'docker-entrypoint.sh'), 0o755);
    mkdirSync(join(folder, 'volume'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const container = containerOf(synthesize(), 'postgres') as ReturnType<typeof containerOf> & {
    command: string[];
    args: string[];
  };
  const own = basename(environment(container).PGDATA!);

  function start(): string[] {
    const [program, ...args] = [...container.command, ...container.args];
    const { status, stdout, stderr } = spawnSync(program!, args, {
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        PGDATA: join(folder, 'volume', own),
        SEEN: join(folder, 'seen'),
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trim().split('\n');
  }

  const hold = (name: string) => {
    mkdirSync(join(folder, 'volume', name), { recursive: true });
    writeFileSync(join(folder, 'volume', name, 'PG_VERSION'), '15');
  };

  test('removes the data of earlier databases before the first start, and nothing else', () => {
    ['pgdata-0123456789abcdef', 'pgdata-fedcba9876543210', 'lost+found'].forEach(hold);
    start();
    expect(readFileSync(join(folder, 'seen'), 'utf8').trim()).toBe('lost+found');
  });

  test('keeps its own data', () => {
    [own, 'pgdata-0123456789abcdef'].forEach(hold);
    start();
    expect(readdirSync(join(folder, 'volume'))).toEqual([own]);
    expect(readFileSync(join(folder, 'volume', own, 'PG_VERSION'), 'utf8')).toBe('15');
  });

  test("hands all its arguments to the image's own start, also on an empty volume", () => {
    expect(start()).toEqual(container.args);
    expect(container.args[0]).toBe('postgres');
  });
});
