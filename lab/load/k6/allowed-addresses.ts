import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

const BITS = { 4: 32, 6: 128 } as const;
type Family = keyof typeof BITS;

/**
 * Networks (CIDR) that cover every address except those of the allowed hosts. They are needed because k6
 * accepts only a list of forbidden addresses.
 */
export async function forbiddenNetworks(allowedHosts: string[]): Promise<string[]> {
  const found = await Promise.all(allowedHosts.map((host) => lookup(host, { all: true })));
  const addresses = found.flat().map(({ address }) => address);
  return [
    ...complement(4, addresses.filter((address) => !isIPv6(address)).map(fromIPv4)),
    ...complement(6, addresses.filter(isIPv6).map(fromIPv6)),
  ];
}

/** Halves the address space until each part either contains no allowed address or is one. */
function complement(family: Family, allowed: bigint[], network = 0n, prefix = 0): string[] {
  if (allowed.length === 0) return [`${format(family, network)}/${prefix}`];
  if (prefix === BITS[family]) return [];
  const middle = network + (1n << BigInt(BITS[family] - prefix - 1));
  const [lower, upper] = [allowed.filter((a) => a < middle), allowed.filter((a) => a >= middle)];
  return [
    ...complement(family, lower, network, prefix + 1),
    ...complement(family, upper, middle, prefix + 1),
  ];
}

function fromIPv4(address: string): bigint {
  return BigInt(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
}

function fromIPv6(address: string): bigint {
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = address.includes('::')
    ? [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
    : groups(head);
  return all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function format(family: Family, address: bigint): string {
  const parts = family === 4 ? 4 : 8;
  const width = BigInt(BITS[family] / parts);
  const all = Array.from(
    { length: parts },
    (_, i) => (address >> (width * BigInt(parts - 1 - i))) & ((1n << width) - 1n),
  );
  return all.map((part) => part.toString(family === 4 ? 10 : 16)).join(family === 4 ? '.' : ':');
}
