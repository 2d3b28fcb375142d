import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clone, git, repositoryOfWorkingTree, temporaryFolder } from './clone';
import { PACKAGES, release, sha256 } from './release';

const folder = temporaryFolder('release');
const [one, other] = [join(folder, 'one'), join(folder, 'and', 'another', 'clone')];

let sums: string;

beforeAll(async () => {
  mkdirSync(one);
  repositoryOfWorkingTree(one);
  mkdirSync(join(folder, 'and', 'another'), { recursive: true });
  clone(one, other);
  const { code, stdout, stderr } = await release(one);
  if (code !== 0) throw new Error(stderr);
  sums = stdout;
});

describe('npm run release', () => {
  it('writes the package, the chart and the bill of materials with their checksums', () => {
    const expected = PACKAGES.map((path) => `${sha256(join(one, 'released', path))}  ${path}\n`).join('');
    expect(sums).toBe(expected);
    expect(readFileSync(join(one, 'released', 'SHA256SUMS'), 'utf8')).toBe(expected);
  });

  it('makes the same bytes in another clone: over an older release, at another time, in another language, beside stray files and under another umask', async () => {
    cpSync(join(one, 'released'), join(other, 'released'), { recursive: true });
    for (const path of PACKAGES) appendFileSync(join(other, 'released', path), 'of an older release');
    mkdirSync(join(other, 'build', 'lab'), { recursive: true });
    for (const path of ['build/lab/stale.js', 'lab/not-committed.ts']) writeFileSync(join(other, path), '');
    const elsewhere = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', HOME: folder };
    const umask = process.umask(0o077);
    const again = await release(other, elsewhere).finally(() => process.umask(umask));
    expect(again).toMatchObject({ code: 0, stdout: sums });
    rmSync(join(other, 'lab', 'not-committed.ts'));
  });

  it("lists the commit, the package's checksum and exactly the installed packages in the bill of materials", () => {
    const bill = JSON.parse(readFileSync(join(one, 'released', 'sbom.cdx.json'), 'utf8')) as {
      metadata: {
        timestamp: string;
        component: { 'bom-ref': string; name: string; hashes: unknown };
        properties: unknown[];
      };
      components: { 'bom-ref': string; properties: { name: string }[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const listed = bill.components.map((component) => component['bom-ref']);
    expect(listed.sort()).toEqual(installedPackages(one));
    expect(
      bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !listed.includes(ref)),
    ).toEqual([]);
    const properties = bill.components.flatMap((component) => component.properties.map(({ name }) => name));
    expect(properties).not.toContain('cdx:npm:package:development');
    expect(bill.dependencies.map(({ ref }) => ref)).toContain(bill.metadata.component['bom-ref']);
    expect(bill.metadata.timestamp).toBe('2024-05-06T07:08:09.000Z');
    expect(bill.metadata.component).toMatchObject({
      name: 'backend-under-load',
      hashes: [{ alg: 'SHA-256', content: sha256(join(one, 'released', PACKAGES[1])) }],
    });
    expect(bill.metadata.properties).toContainEqual({
      name: 'commit',
      value: git(one, 'rev-parse', 'HEAD').trim(),
    });
  });

  it('refuses a working tree that differs from its commit', async () => {
    appendFileSync(join(other, 'main.ts'), '// changed\n');
    const { code, stderr } = await release(other);
    expect(code).toBe(2);
    expect(stderr).toMatch(/differs from its commit:\nM main\.ts\n.*git stash/);
    git(other, 'checkout', '-q', 'main.ts');
  });

  it('refuses to overwrite a folder that is not a release', async () => {
    const { code, stderr } = await release(other, {}, ['--out', 'lab']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/lab contains files that are not part of a release: /);
    expect(git(other, 'status', '--porcelain', 'lab')).toBe('');
  });
});

/** The installed packages by the lock file, for every platform. */
function installedPackages(checkout: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const names = installed.map(([path, { version }]) => `${path.split('node_modules/').pop()}@${version}`);
  return [...new Set(names)].sort();
}
