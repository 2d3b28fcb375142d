import { createServer, type Server } from 'node:net';
import { LabError } from '../../model/errors';

/** A local address of a pod or a Service. */
export interface Host {
  readonly address: string;
  /** The local port on `address` for a port of the manifest. */
  port(manifestPort: number): number;
  /** Returns the address to the network. */
  release(): void;
}

/** The addresses of one lab. No other lab on this machine uses them at the same time. */
export interface Network {
  /** 'block': a /24 of loopback with the manifest's own ports. 'single': 127.0.0.1 with other ports. */
  readonly mode: 'block' | 'single';
  /** @throws LabError (environment) when no address is left. */
  allocate(): Host;
  close(): Promise<void>;
}

/** A lab owns a block as long as it listens on this port of the block's address 254. */
const CLAIM_PORT = 26541;
const BLOCK_CLAIM_HOST = 254;
/** Blocks are 127.64.0.0/24 to 127.127.255.0/24. */
const FIRST_BLOCK = 64 * 256;
const BLOCKS = 64 * 256;
/** Without 127/8, a lab owns SPAN ports, below the range that systems use for outgoing connections. */
const FIRST_PORT = 20_000;
const SPAN = 200;
const SPANS = 50;
const ATTEMPTS = 20;

export interface NetworkOptions {
  /** Ports of the manifests. If one of them is taken on every address, the lab uses other ports. */
  ports: number[];
  /** Default: 'block' where the platform allows it (Linux), else 'single'. */
  mode?: Network['mode'];
  /** Where to start looking; 0 (inclusive) to 1 (exclusive). Default: at random. */
  start?: number;
}

/**
 * Claims addresses for a lab. A claim is a listening socket, so it ends with the process, however the process
 * ends.
 * @throws LabError (environment) when nothing is free.
 */
export async function claimNetwork(options: NetworkOptions): Promise<Network> {
  const start = options.start ?? Math.random();
  const network =
    (options.mode !== 'single' && (await claimBlock(start, options.ports))) ||
    (options.mode !== 'block' && (await claimSpan(start)));
  if (network) return network;
  throw new LabError(
    `no free loopback addresses for ports ${options.ports.join(', ')}`,
    'environment',
    'Another program may listen on one of these ports on all addresses (see `ss -ltn`), or many labs are running. Stop them.',
  );
}

async function claimBlock(start: number, ports: number[]): Promise<Network | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const block = FIRST_BLOCK + ((Math.floor(start * BLOCKS) + attempt) % BLOCKS);
    const prefix = `127.${block >> 8}.${block & 255}`;
    const claim = await listen(`${prefix}.${BLOCK_CLAIM_HOST}`, CLAIM_PORT);
    if (!claim) continue;
    const taken = await firstTaken(`${prefix}.${BLOCK_CLAIM_HOST}`, ports);
    if (taken === undefined) return new BlockNetwork(prefix, claim);
    await close(claim);
    return undefined;
  }
  return undefined;
}

async function claimSpan(start: number): Promise<Network | undefined> {
  for (let attempt = 0; attempt < SPANS; attempt++) {
    const base = FIRST_PORT + ((Math.floor(start * SPANS) + attempt) % SPANS) * SPAN;
    const claim = await listen('127.0.0.1', base);
    if (!claim) continue;
    const ports = Array.from({ length: SPAN - 1 }, (_, index) => base + 1 + index);
    if ((await firstTaken('127.0.0.1', ports)) === undefined) return new SinglePortNetwork(ports, claim);
    await close(claim);
  }
  return undefined;
}

class BlockNetwork implements Network {
  readonly mode = 'block';
  private readonly free = Array.from({ length: BLOCK_CLAIM_HOST - 1 }, (_, index) => index + 1);

  constructor(
    private readonly prefix: string,
    private readonly claim: Server,
  ) {}

  allocate(): Host {
    const last = this.free.shift() ?? exhausted(BLOCK_CLAIM_HOST - 1, 'addresses');
    return { address: `${this.prefix}.${last}`, port: (port) => port, release: () => this.free.push(last) };
  }

  close(): Promise<void> {
    return close(this.claim);
  }
}

class SinglePortNetwork implements Network {
  readonly mode = 'single';

  constructor(
    private readonly free: number[],
    private readonly claim: Server,
  ) {}

  allocate(): Host {
    const mapped = new Map<number, number>();
    const map = (port: number): number => {
      const local = this.free.shift() ?? exhausted(SPAN - 1, 'ports');
      mapped.set(port, local);
      return local;
    };
    return {
      address: '127.0.0.1',
      port: (port) => mapped.get(port) ?? map(port),
      release: () => {
        this.free.push(...mapped.values());
        mapped.clear();
      },
    };
  }

  close(): Promise<void> {
    return close(this.claim);
  }
}

function exhausted(count: number, what: string): never {
  throw new LabError(
    `all ${count} local ${what} of this lab are in use`,
    'environment',
    'Use fewer replicas.',
  );
}

async function firstTaken(host: string, ports: number[]): Promise<number | undefined> {
  const servers = await Promise.all(ports.map((port) => listen(host, port)));
  await Promise.all(servers.map((server) => server && close(server)));
  return ports.find((_, index) => !servers[index]);
}

/** A server on exactly this address; undefined when the address is taken or does not exist. */
function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
