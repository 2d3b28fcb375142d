import { gzipSync } from 'node:zlib';
import { PROJECT } from '../labels';

const BLOCK_BYTES = 512;

/** 1980-01-01, because some tools take an earlier time for a mistake. */
const WRITTEN_AT_SECONDS = 315_532_800;

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
  const entries = order.map((name) => tarEntry(`${PROJECT}/${name}`, Buffer.from(files.get(name)!)));
  const tar = Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)]);
  return { name: `${PROJECT}-${version}.tgz`, bytes: gzipSync(tar, { level: 9 }) };
}

/** A file of the POSIX ustar format; names of up to 100 bytes. */
function tarEntry(name: string, content: Buffer): Buffer {
  if (Buffer.byteLength(name) > 100)
    throw new Error(`${name} is too long for a tar entry: at most 100 bytes`);
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(WRITTEN_AT_SECONDS, 11), 136);
  header.write(' '.repeat(8), 148); // the checksum counts as spaces
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return Buffer.concat([header, content, padding]);
}
