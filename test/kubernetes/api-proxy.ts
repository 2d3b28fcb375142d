import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy in front of an API server: the server can go away for one client while the cluster keeps it. */
export class ApiProxy {
  private readonly sockets = new Set<Socket>();
  private server?: Server;
  private port = 0;

  /** @param behind for example "https://10.0.0.1:6443" */
  constructor(private readonly behind: string) {}

  /** @returns its address on this machine, which stays the same after each outage. */
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

  /** Refuses new connections and ends the existing ones. */
  async away(): Promise<void> {
    if (!this.server) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    this.server = undefined;
  }
}
