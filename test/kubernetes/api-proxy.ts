import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before an API server, so that it can go away for one client without going away for the cluster. */
export class ApiProxy {
  private readonly sockets = new Set<Socket>();
  private server?: Server;
  private port = 0;

  /** @param behind e.g. "https://10.0.0.1:6443" */
  constructor(private readonly behind: string) {}

  /** @returns where it listens: on this machine only, and again there after it was away. */
  async up(): Promise<string> {
    const { hostname, port } = new URL(this.behind);
    this.server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
    return `https://127.0.0.1:${this.port}`;
  }

  /** Connections are refused, and those there are end. */
  async away(): Promise<void> {
    if (!this.server) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    this.server = undefined;
  }
}
