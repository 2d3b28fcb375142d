import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from './commit';
import { run } from './run';

const SBOM = [
  'sbom',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
  '--package-lock-only', // the packages of all platforms, not only those installed here
];

/** npm's mark for packages that only development needs. */
const DEVELOPMENT = 'cdx:npm:package:development';

interface Property {
  name: string;
  value: string;
}

interface Component {
  'bom-ref': string;
  scope: string;
  properties: Property[];
}

interface CycloneDx {
  serialNumber: string;
  metadata: {
    timestamp: string;
    component: { 'bom-ref': string; name: string; hashes?: { alg: string; content: string }[] };
    properties?: Property[];
  };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/**
 * Lists what an installed package consists of, as CycloneDX JSON. npm creates the list from the lock file. To
 * be reproducible, the list takes its time, ID and name from the commit and the content, where npm uses the
 * clock, a random number and the folder name.
 */
export function billOfMaterials(source: string, commit: Commit, packageSha256: string): string {
  const bill = JSON.parse(run('npm', SBOM, source, 'Use npm 10 or newer.')) as CycloneDx;
  const { name } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { name: string };
  leaveOutDevelopment(bill, neededByUsers(source));
  bill.metadata.timestamp = commit.date;
  bill.metadata.component.name = name;
  bill.metadata.component.hashes = [{ alg: 'SHA-256', content: packageSha256 }];
  bill.metadata.properties = [
    { name: 'commit', value: commit.id },
    { name: 'node', value: process.version },
  ];
  bill.serialNumber = '';
  bill.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bill))}`;
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** The packages that the lock file installs for users, as name@version. */
function neededByUsers(source: string): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(source, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; dev?: boolean }>;
  };
  const needed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  return new Set(needed.map(([path, { version }]) => `${path.split('node_modules/').pop()}@${version}`));
}

/**
 * Keeps what users need. Of several copies of a package, npm lists one, and marks it as development's if that
 * copy is; --omit=dev drops it then. The lock file knows all copies.
 */
function leaveOutDevelopment(bill: CycloneDx, needed: Set<string>): void {
  bill.components = bill.components
    .filter((component) => needed.has(component['bom-ref']))
    .map((component) => (component.properties.some(isDevelopment) ? asRequired(component) : component));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => needed.has(ref) || ref === bill.metadata.component['bom-ref'])
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => needed.has(other)) }));
}

const isDevelopment = ({ name }: Property) => name === DEVELOPMENT;

const asRequired = (component: Component): Component => ({
  ...component,
  scope: 'required',
  properties: component.properties.filter((property) => !isDevelopment(property)),
});

/** A version 8 UUID (RFC 9562), whose bits are free to choose: here a hash of the content. */
function uuidOf(content: string): string {
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
