import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket, TlsOptions } from 'node:tls';

/** A self-signed certificate for localhost, secure.test and 127.0.0.1. */
export const SERVER = pair('server');
/** A self-signed client certificate of "the client". */
export const CLIENT = pair('client');

function pair(name: string): { cert: string; key: string } {
  const read = (extension: string) => readFileSync(join(__dirname, 'tls', `${name}.${extension}`), 'utf8');
  return { cert: read('crt'), key: read('key') };
}

/** A real HTTPS server. It answers with the name of the client's certificate, the Host header and the SNI. */
export class SecureTarget {
  private constructor(private readonly server: Server) {}

  static async start(options: TlsOptions = {}): Promise<SecureTarget> {
    const server = createServer({ ...SERVER, ...options }, (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string };
      const client = socket.getPeerCertificate().subject?.CN ?? 'nobody';
      response.end(`${client} ${request.headers.host?.split(':')[0]} ${socket.servername || 'no name'}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SecureTarget(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
