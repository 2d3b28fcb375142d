import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { PROJECT } from '../labels';

/** The longest name that the format holds, in bytes. */
const LONGEST_NAME = 100;

/** 1980-01-01, because some tools take an earlier time for a mistake. */
const WRITTEN_AT_MS = 315_532_800_000;

/**
 * A chart as `helm install` takes it. The same files give the same bytes, so that a package can be checked
 * against its source. `helm package` would write the time of packing into every entry.
 */
export function packChart(
  files: ReadonlyMap<string, string>,
  version: string,
): { name: string; bytes: Buffer } {
  // Helm expects Chart.yaml first.
  const order = [...files.keys()].sort(
    (a, b) => Number(b === 'Chart.yaml') - Number(a === 'Chart.yaml') || (a < b ? -1 : 1),
  );
  const entries = order.map((name) => ({ name: `${PROJECT}/${name}`, data: files.get(name)! }));
  const long = entries.find(({ name }) => Buffer.byteLength(name) > LONGEST_NAME);
  if (long) throw new Error(`${long.name} is too long for a tar entry: at most ${LONGEST_NAME} bytes`);
  const tar = createTar(entries, { attrs: { mode: '644', uid: 0, gid: 0, mtime: WRITTEN_AT_MS } });
  return { name: `${PROJECT}-${version}.tgz`, bytes: gzipSync(tar, { level: 9 }) };
}
