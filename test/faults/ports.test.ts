import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { compileOnce, LAB, lab, scratch } from './lab';

const folder = scratch();
compileOnce();

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Occupies a port, unless another process already has it. */
async function take(port: number): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return (server.address() as AddressInfo | null)?.port ?? port;
}

describe('a port that is in use', () => {
  it.each([
    ['watch', ['watch', 'cpu-stress']],
    ['run', ['run', 'baseline', '--watch', '--out', join(folder, 'runs')]],
    ['compare', ['compare', 'cpu-stress', '--watch', '--out', join(folder, 'runs')]],
  ])('makes `lab %s --port` fail before anything starts', async (_, args) => {
    const port = await take(0);
    const { code, stdout, stderr } = lab([...args, '--port', String(port)]);
    expect(stderr).toBe(
      `lab: Port ${port} on 127.0.0.1 is taken.\n     Choose another one with --port or --host. --port 0 takes any free port.\n`,
    );
    expect([code, stdout]).toEqual([4, '']);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('is skipped if it is only the default', async () => {
    await take(4400);
    const replay = spawn(process.execPath, [LAB, 'watch', 'cpu-stress'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(replay.stdout!, 'data')) as [Buffer];
    const url = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(line.toString());
    expect(Number(url?.[1])).not.toBe(4400);
    expect((await fetch(url![0])).status).toBe(200);
    replay.kill('SIGTERM');
    expect(await once(replay, 'exit')).toEqual([0, null]);
  });
});
