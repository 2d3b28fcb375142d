import {
  connectionsForPools,
  enoughConnections,
  enoughCpu,
  enoughMemory,
  enoughThreads,
  poolWithin,
} from '../../lab/verdict/advice/enough';
import type { Recording } from '../../lab/recording/recording';
import { recordingOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const PROPS = {
  backend: { replicas: 1, cpuLimitMillicores: 500, memoryLimitMebibytes: 512, dbPoolSize: 5 },
  postgres: { maxConnections: 20 },
};

function withProps(recording: Recording, props: Record<string, unknown> = PROPS) {
  recording.run.props = props;
  return { recording, harms: [] };
}

describe('what would have been enough', () => {
  it('is CPU for the offered rate at the cost of a good answer, at 70 % use', () => {
    // Half a core serves 20/s, so each costs 25 ms. 40/s need a whole core, and 1450m at 70 % use.
    const seconds = repeat(20, (index) => ({
      ok: 20,
      failed: { outcome: 'timeout' as const, count: 20 },
      offered: 40,
      metrics: { container_cpu_usage_seconds_total: index * 0.5 },
    }));
    expect(enoughCpu(withProps(recordingOf(seconds)))).toEqual({ 'backend.cpuLimitMillicores': 1450 });
  });

  it('is no CPU limit where the present one is enough', () => {
    const seconds = repeat(20, (index) => ({
      ok: 20,
      metrics: { container_cpu_usage_seconds_total: index * 0.1 },
    }));
    expect(enoughCpu(withProps(recordingOf(seconds)))).toBeUndefined();
  });

  it('is a pool for all queries that wanted a connection at once, and a database that allows it', () => {
    const seconds = repeat(20, () => ({
      ok: 1,
      metrics: { db_pool_total: 5, db_pool_idle: 0, db_pool_waiting: 25 },
    }));
    expect(enoughConnections(withProps(recordingOf(seconds)))).toEqual({
      'backend.dbPoolSize': 30,
      'postgres.maxConnections': 34,
    });
  });

  it('is a number of connections for the pools of all replicas', () => {
    const props = { backend: { replicas: 4, dbPoolSize: 10 }, postgres: { maxConnections: 20 } };
    const situation = withProps(recordingOf(repeat(2, () => ({ ok: 1 }))), props);
    expect(connectionsForPools(situation)).toEqual({ 'postgres.maxConnections': 44 });
  });

  it('is a pool for the rate at which requests came, where their clients gave up', () => {
    // Half of them got an answer with five connections, so ten were busy, and 15 are at 70 % use.
    const seconds = repeat(20, () => ({
      ok: 5,
      failed: { outcome: 'timeout' as const, count: 5 },
      metrics: { db_pool_total: 5, db_pool_idle: 0, db_pool_waiting: 200 },
    }));
    const situation = withProps(recordingOf(seconds));
    const harms = [{ route: '/api/fast', kind: 'timed out' as const, times: [], requests: 0, of: 0 }];
    expect(enoughConnections({ ...situation, harms })).toEqual({ 'backend.dbPoolSize': 15 });
  });

  it('is a pool that shares what the database allows among the most pods that there may be', () => {
    const backend = { replicas: 1, dbPoolSize: 10 };
    const postgres = { maxConnections: 24 };
    const runOf = (props: Record<string, unknown>) =>
      withProps(recordingOf(repeat(2, () => ({ ok: 1 }))), props);
    expect(poolWithin(runOf({ backend: { ...backend, replicas: 4 }, postgres }))).toEqual({
      'backend.dbPoolSize': 5,
    });
    const autoscaling = { enabled: true, maxReplicas: 10 };
    expect(poolWithin(runOf({ backend, postgres, autoscaling }))).toEqual({ 'backend.dbPoolSize': 2 });
  });

  it('is threads for the tasks that ran and waited, but not more than the cores of the limit', () => {
    const props = { backend: { workerThreads: 1, cpuLimitMillicores: 3000 } };
    const seconds = repeat(20, () => ({ ok: 1, metrics: { worker_threads_busy: 1, worker_queue_size: 30 } }));
    expect(enoughThreads(withProps(recordingOf(seconds), props))).toEqual({ 'backend.workerThreads': 3 });
  });

  it('is memory for the whole load, if it grows as it did until the first kill', () => {
    // 100 to 512 MiB in ten seconds: 924 MiB in twenty, at 90 % use.
    const seconds = repeat(20, (index) => ({
      ok: 20,
      metrics: { container_memory_working_set_bytes: 100 * 2 ** 20 },
      ...(index === 9 && { pods: [{ reason: 'OOMKilled' as const, app: 'backend' }] }),
    }));
    const found = enoughMemory(withProps(recordingOf(seconds)));
    expect(found).toEqual({ 'backend.memoryLimitMebibytes': expect.any(Number) as number });
    expect(found!['backend.memoryLimitMebibytes']).toBeGreaterThanOrEqual(924 / 0.9);
  });

  it('is not known without the settings of the run', () => {
    const situation = withProps(recordingOf(repeat(20, () => ({ ok: 1 }))), {});
    for (const law of [enoughCpu, enoughConnections, connectionsForPools, enoughMemory])
      expect(law(situation)).toBeUndefined();
  });
});
