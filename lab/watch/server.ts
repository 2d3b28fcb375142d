import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { LabError } from '../model/errors';
import { cookieOf, isAskedFor, isLoopback, isRight, tokenIn } from './access';
import { sendTo } from './follower';
import { type Assets, SERVED_POLICY, servedPage } from './html';
import type { PageLog } from './log';

/** More pages than a classroom opens. Each costs one socket and nothing else. */
const MOST_FOLLOWERS = 100;
/** In characters: several times as long as four short answers. */
const LONGEST_PREDICTION = 4096;

export interface WatchOptions {
  log: PageLog;
  assets: Assets;
  /** Address to listen on. Any address but loopback asks every visitor for a token. */
  host?: string;
  /** 0 for any free one. */
  port?: number;
  /** Takes a page's prediction, if pages are asked for one; throws LabError for an invalid one. */
  predict?: (input: unknown) => void;
  /** How long a page that reads nothing stays connected, ms. */
  stalledMs?: number;
}

export interface WatchServer {
  /** Where people open the page, with the token if there is one. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves the page and, as server-sent events, its log.
 * @throws LabError (environment) when the address is taken or not this machine's.
 */
export async function startWatchServer(options: WatchOptions): Promise<WatchServer> {
  const { host = '127.0.0.1', port = 0 } = options;
  const token = isLoopback(host) ? undefined : randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', SERVED_POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    // A request must not end the run: one that is cut off, or that hits a bug, ends only itself.
    answer(request, response, { ...options, host, token }).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The lab could not answer.');
    });
  });
  await listen(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${bound}/${token ? `?token=${token}` : ''}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Visit extends WatchOptions {
  host: string;
  token: string | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> {
  const url = URL.canParse(request.url ?? '', 'http://lab')
    ? new URL(request.url ?? '', 'http://lab')
    : undefined;
  if (!isAskedFor(request, visit.host)) return refuse(response, 421, 'The request names another host.');
  const method = url?.pathname === '/prediction' ? 'POST' : 'GET';
  if (!url || request.method !== method) return refuse(response, 405, `Only ${method} is allowed.`);
  if (visit.token !== undefined) {
    const given = tokenIn(request, url);
    if (!isRight(given, visit.token)) {
      return refuse(response, 403, 'The address lacks its token. Use the whole address that `lab` printed.');
    }
    response.setHeader('set-cookie', cookieOf(visit.token));
  }
  switch (url.pathname) {
    case '/':
      return send(response, 'text/html', servedPage());
    case '/page.js':
      return send(response, 'text/javascript', visit.assets.script);
    case '/page.css':
      return send(response, 'text/css', visit.assets.style);
    case '/events':
      return follow(request, response, visit);
    case '/prediction':
      return take(request, response, visit);
    default:
      return refuse(response, 404, 'There is nothing here. The page is at /.');
  }
}

function follow(request: IncomingMessage, response: ServerResponse, visit: Visit): void {
  const { log, stalledMs } = visit;
  if (log.readers >= MOST_FOLLOWERS) return refuse(response, 503, 'Too many pages are open.');
  const last = request.headers['last-event-id'];
  sendTo(response, log, typeof last === 'string' ? last : undefined, stalledMs);
}

/** Takes a page's prediction. A form on a foreign page can neither send JSON nor claim to come from here. */
async function take(request: IncomingMessage, response: ServerResponse, { predict }: Visit): Promise<void> {
  const { 'content-type': type, 'sec-fetch-site': site = 'same-origin' } = request.headers;
  if (!predict) return refuse(response, 404, 'No prediction was asked for.');
  if (type !== 'application/json' || site !== 'same-origin') {
    return refuse(response, 403, 'A prediction must come from the page, as JSON.');
  }
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_PREDICTION) return refuse(response, 413, 'The prediction is too long.');
  }
  try {
    predict(JSON.parse(text));
    send(response, 'text/plain', '');
  } catch (error) {
    if (!(error instanceof LabError || error instanceof SyntaxError)) throw error;
    const hint = 'hint' in error && error.hint ? ` ${error.hint}` : '';
    refuse(response, 400, `${error.message}${hint}`);
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('cache-control', 'no-cache');
  response.end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.statusCode = status;
  send(response, 'text/plain', `${why}\n`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const isTaken = error.code === 'EADDRINUSE';
      const message = isTaken
        ? `Port ${port} on ${host} is taken.`
        : `Cannot listen on ${host}:${port}: ${error.message}`;
      reject(
        new LabError(
          message,
          'environment',
          'Choose another one with --port or --host. --port 0 takes any free port.',
        ),
      );
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
