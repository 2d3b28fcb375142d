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

/**
 * npm's mark for packages that only development needs. npm's own --omit=dev also drops packages that both
 * need.
 */
const DEVELOPMENT = 'cdx:npm:package:development';

interface Property {
  name: string;
  value: string;
}

interface CycloneDx {
  serialNumber: string;
  metadata: {
    timestamp: string;
    component: { name: string; hashes?: { alg: string; content: string }[] };
    properties?: Property[];
  };
  components: { 'bom-ref': string; properties: Property[] }[];
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
  leaveOutDevelopment(bill);
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

function leaveOutDevelopment(bill: CycloneDx): void {
  const isDevelopment = ({ name, value }: Property) => name === DEVELOPMENT && value === 'true';
  const [left, kept] = [true, false].map((is) =>
    bill.components.filter(({ properties }) => properties.some(isDevelopment) === is),
  ) as [CycloneDx['components'], CycloneDx['components']];
  const gone = new Set(left.map((component) => component['bom-ref']));
  bill.components = kept;
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => !gone.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !gone.has(other)) }));
}

/** A version 8 UUID (RFC 9562), whose bits are free to choose: here a hash of the content. */
function uuidOf(content: string): string {
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
