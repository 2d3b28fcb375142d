import { existsSync } from 'node:fs';
import { openLimiter } from '../../lab/engine/local/limits/open';
import {
  HOW_TO_GET_FASTAPI,
  PYTHON,
  type ServerName,
  Servers,
  STEADY_RATE,
} from '../harness/limited-servers';
import type { Row } from '../harness/result';
import { row, sideBySide } from '../harness/side-by-side';
import type { Conditions, Subject } from '../harness/subject';

const ROUTES = ['/api/fast', '/api/ping', '/health', '/ready'];

/** The service's cheap routes against other servers with the same answers and limits. */
export const service: Subject = {
  name: 'service',
  title: 'The service against other servers',
  ours: 'service',
  theirs: 'the other',
  async measure({ host, rounds, seconds, short, skip }) {
    const limiter = await openLimiter(`bench-${process.pid}`);
    const servers = new Servers(limiter);
    const against = async (other: ServerName, route: string, name: string, least?: number) => {
      const { perCpuSecond } = await sideBySide(
        host,
        rounds,
        // CPU time is counted, so half the duration is precise enough.
        servers.throughput('service', route, seconds / 2),
        servers.throughput(other, route, seconds / 2),
      );
      const goal = least === undefined ? undefined : ({ of: 'ratio', is: '>=', value: least } as const);
      return row(`${route}, ${name}`, '/CPU-s', perCpuSecond, goal);
    };
    try {
      const rows: Row[] = [];
      for (const route of short ? ROUTES.slice(0, 1) : ROUTES) {
        rows.push(await against('plain', route, 'node:http', 0.8));
      }
      rows.push(await against('uninstrumented', '/api/fast', 'without its metrics', 0.95));
      if (short) return rows;
      rows.push(await against('express', '/api/fast', 'bare Express'));
      if (existsSync(PYTHON)) rows.push(await against('fastapi', '/api/fast', 'FastAPI', 3));
      else skip(HOW_TO_GET_FASTAPI);
      return [...rows, await tails(servers, { host, rounds, seconds })];
    } finally {
      await limiter.close();
    }
  },
};

/** The p99 at a rate that both can serve. */
async function tails(
  servers: Servers,
  { host, rounds, seconds }: Pick<Conditions, 'host' | 'rounds' | 'seconds'>,
): Promise<Row> {
  const { p99 } = await sideBySide(
    host,
    rounds,
    servers.tail('service', seconds),
    servers.tail('plain', seconds),
  );
  return row(`p99 at ${STEADY_RATE}/s, node:http`, 'ms', p99, { of: 'ratio', is: '<=', value: 1.2 });
}
