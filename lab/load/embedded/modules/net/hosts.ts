import { isIP } from 'node:net';
import { z } from 'zod';

/** Where a connection goes: an address and a port. */
export interface Endpoint {
  hostname: string;
  port: number;
}

const PATTERN = /^(\*\.?)?([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?(:\d{1,5})?$/i;
const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };

/** The option `hosts`: addresses by name, used instead of the system's resolver. */
export class HostMap {
  private readonly exact = new Map<string, Partial<Endpoint>>();
  /** Suffixes of names such as "*.example.com", longest first. */
  private readonly suffixes: [suffix: string, to: Partial<Endpoint>][] = [];

  constructor(entries: Record<string, string>) {
    for (const [pattern, target] of Object.entries(entries)) {
      const name = pattern.toLowerCase();
      const to = readTarget(target)!;
      if (name.startsWith('*')) this.suffixes.push([name.slice(1), to]);
      else this.exact.set(name, to);
    }
    this.suffixes.sort(([a], [b]) => b.length - a.length);
  }

  /** The endpoint that requests to this URL are sent to. An IPv6 address has no brackets. */
  endpoint({ protocol, hostname, port }: URL): Endpoint {
    const own = { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORTS[protocol]) };
    return { ...own, ...(this.find(`${own.hostname}:${own.port}`) ?? this.find(own.hostname)) };
  }

  private find(name: string): Partial<Endpoint> | undefined {
    const suffix = () => this.suffixes.find(([end]) => name.endsWith(end) && name.length > end.length);
    return this.exact.get(name) ?? suffix()?.[1];
  }
}

/** Reads "127.0.0.1", "127.0.0.1:8080", "::1" or "[::1]:8080"; undefined for anything else. */
function readTarget(text: string): Partial<Endpoint> | undefined {
  if (isIP(text)) return { hostname: text };
  const [, hostname = '', port] = /^\[?([^[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  return isIP(hostname) && Number(port) < 65_536 ? { hostname, port: Number(port) } : undefined;
}

const TARGET = 'an IP address, with a port or without, such as "127.0.0.1:8080"';

export const hostsOption = z
  .record(
    z.string().regex(PATTERN),
    z.string({ error: TARGET }).refine((text) => readTarget(text) !== undefined, { error: TARGET }),
    { error: 'an object of IP addresses by host name; a name may begin with "*." and end with a port' },
  )
  .default({})
  .transform((entries) => new HostMap(entries));
