import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Answers after ?ms= milliseconds with the status ?status=. /hits returns the number of earlier requests. */
const SERVER = `
  let hits = 0;
  const server = require('node:http').createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://target');
    if (pathname === '/hits') return response.end(String(hits));
    hits += 1;
    response.statusCode = Number(searchParams.get('status') ?? 200);
    const ms = Number(searchParams.get('ms') ?? 0);
    if (ms > 0) setTimeout(() => response.end('ok'), ms);
    else response.end('ok');
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.on('disconnect', () => process.exit());
`;

export interface Target {
  url: string;
  hits(): Promise<number>;
  stop(): void;
}

/** A small server in its own process, so it shares no event loop with the load. */
export async function startTarget(): Promise<Target> {
  const child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${port.toString().trim()}`;
  return {
    url,
    hits: async () => Number(await (await fetch(`${url}/hits`)).text()),
    stop: () => void child.kill('SIGKILL'),
  };
}
