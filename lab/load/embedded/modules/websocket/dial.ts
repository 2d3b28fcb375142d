import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import WebSocket from 'ws';
import type { ClientOptions } from '../../script/options';
import { canonicalName, setCookies } from '../http/headers';
import { tlsSettings } from '../net/tls';
import type { ConnectParams } from './params';

const HANDSHAKE_TIMEOUT_MS = 60_000;
/** Like k6's client, keeps only the beginning of the answer when the server refuses. */
const MAX_BODY_BYTES = 1024;

/** The server's answer to the handshake. */
export interface Handshake {
  /** 101 when the connection is open; 0 without an answer. */
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Why there is no connection, in k6's words; '' when it is open. */
  error: string;
}

export interface Dialing {
  socket: WebSocket;
  cancel(): void;
}

/**
 * Opens a WebSocket.
 * @param watch is told about the TCP connection.
 * @param answered is called once, before any message of the server arrives; not after `cancel`.
 */
export function dial(
  url: URL,
  protocols: string[],
  { headers, jar, compression }: ConnectParams,
  options: ClientOptions,
  watch: (socket: Socket) => void,
  answered: (answer: Handshake) => void,
): Dialing {
  const address = new URL(url.href.replace(/^ws/, 'http'));
  const cookies = jar.matching(address).map(({ name, value }) => `${name}=${value}`);
  const socket = new WebSocket(url, protocols, {
    headers: { ...headers, ...(cookies.length > 0 && { Cookie: cookies.join('; ') }) },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: compression,
    createConnection: () => {
      const connection = connect(url, options);
      watch(connection);
      return connection;
    },
  });
  let isSettled = false;
  const settle = (answer: Handshake) => {
    if (isSettled) return;
    isSettled = true;
    answered(answer);
  };
  let upgrade: IncomingMessage | undefined;
  socket.once('upgrade', (response) => (upgrade = response));
  socket.once('open', () => {
    jar.receive(address, cookiesOf(upgrade!));
    settle({ status: 101, headers: headersOf(upgrade!), body: '', error: '' });
  });
  socket.once('unexpected-response', (request, response) => {
    void bodyOf(response).then((body) => {
      request.destroy();
      const status = response.statusCode!;
      settle({ status, headers: headersOf(response), body, error: 'websocket: bad handshake' });
    });
  });
  socket.on('error', (error) =>
    settle({ status: 0, headers: {}, body: '', error: dialError(error, url, options) }),
  );
  const cancel = () => {
    isSettled = true;
    socket.terminate();
  };
  return { socket, cancel };
}

/** Connects to the endpoint of the option `hosts`. The name for TLS stays that of the URL. */
function connect(url: URL, options: ClientOptions): Socket {
  const { hostname: host, port } = options.hosts.endpoint(url);
  if (url.protocol === 'ws:') return connectTcp({ host, port });
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const servername = isIP(name) ? '' : name;
  return connectTls({ ...tlsSettings(options, name), host, port, servername, ALPNProtocols: ['http/1.1'] });
}

function dialError(error: Error & { code?: string }, url: URL, options: ClientOptions): string {
  if (error.code !== 'ECONNREFUSED') return error.message;
  const { hostname, port } = options.hosts.endpoint(url);
  return `dial tcp ${hostname}:${port}: connect: connection refused`;
}

const cookiesOf = ({ rawHeaders }: IncomingMessage) =>
  setCookies(rawHeaders.map((text) => Buffer.from(text)));

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = canonicalName(rawHeaders[i]!);
    headers[name] =
      headers[name] === undefined ? rawHeaders[i + 1]! : `${headers[name]}, ${rawHeaders[i + 1]}`;
  }
  return headers;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    // What has arrived is the body.
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString();
}
