import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cage, CageSpec, Limiter } from '../../../lab/engine/local/limits/limits';
import { openLimiter } from '../../../lab/engine/local/limits/open';
import type { LimitsMode } from '../../../lab/engine/local/limits/modes';
import { eventually } from '../../support/eventually';
import { requires, type Requirement } from '../../support/requirements';
import { exitOf, firstLine, MEBIBYTE, newRunId, outputOf, runScript } from './helpers';

/** The limits modes that a test machine can provide; the others are tested against a fake kernel. */
const REAL_MODES: [LimitsMode, Requirement[]][] = [
  ['cgroup-v1', ['root', 'cgroup-v1']],
  ['emulated', []],
];

const BUSY = 'for (;;);';
const BUSY_FAMILY = `
  const { spawn } = require('node:child_process');
  for (let i = 0; i < 2; i++) spawn(process.execPath, ['-e', 'for (;;);'], { detached: true });
  setInterval(() => 0, 1e6);`;
const hold = (mebibytes: number) => `
  const held = [];
  for (let i = 0; i < ${mebibytes}; i++) held.push(Buffer.alloc(1 << 20, 1));
  console.log('held'); setInterval(() => held, 1e6);`;
const FILL = 'const held = []; setInterval(() => held.push(Buffer.alloc(4 << 20, 1)), 10);';
const FAMILY_THAT_FILLS = `
  const { spawn } = require('node:child_process');
  for (let i = 0; i < 3; i++) spawn(process.execPath, ['-e', ${JSON.stringify(hold(60))}], { detached: true });
  setInterval(() => 0, 1e6);`;

describe.each(REAL_MODES)('limits mode %s', (mode, needs) => {
  requires(...needs)('cages', () => {
    let limiter: Limiter;
    let made = 0;
    beforeAll(async () => {
      limiter = await openLimiter(newRunId(mode), { mode });
    });
    afterAll(() => limiter.close());

    const newCage = (limits: Partial<CageSpec>) => limiter.create({ name: `cage-${++made}`, ...limits });

    test.each([
      ['one busy process', BUSY],
      ['a process and its children in sessions of their own', BUSY_FAMILY],
    ])('500m gives %s half a core, and counts the throttling', async (_name, script) => {
      const cage = await newCage({ cpuLimitMillicores: 500 });
      await runScript(cage, script);
      await eventually('it is throttled', () => cage.usage().throttledPeriods > 2);
      const { seconds, used, throttledPeriods, throttledSeconds, periods } = await measure(cage, 2_000);
      expect(used).toBeLessThan(0.5 * seconds * 1.2);
      // In a throttled period the process used up its 50 ms, however busy the machine was otherwise.
      expect(used).toBeGreaterThan(0.05 * throttledPeriods * 0.9);
      expect(throttledPeriods).toBeGreaterThan(0);
      expect(throttledPeriods).toBeLessThanOrEqual(periods);
      expect(throttledSeconds).toBeGreaterThan(0);
      expect(cage.usage()).toMatchObject({ cpuQuotaMicros: 50_000, cpuPeriodMicros: 100_000 });
      await cage.remove();
    });

    test('a process that exceeds its memory limit is killed, and the kill is counted', async () => {
      const cage = await newCage({ memoryLimitBytes: 128 * MEBIBYTE });
      const child = await runScript(cage, FILL);
      expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
      expect(cage.usage().oomKills).toBeGreaterThanOrEqual(1);
      expect(cage.usage().memoryLimitBytes).toBe(128 * MEBIBYTE);
      await cage.remove();
    });

    test('the processes of a cage count together against its memory limit', async () => {
      const cage = await newCage({ memoryLimitBytes: 128 * MEBIBYTE });
      await runScript(cage, FAMILY_THAT_FILLS);
      await eventually('one is killed', () => cage.usage().oomKills >= 1);
      await cage.remove();
    });

    test('a process below its memory limit lives, and its memory is reported', async () => {
      const cage = await newCage({ memoryLimitBytes: 128 * MEBIBYTE });
      const child = await runScript(cage, hold(64));
      expect(await firstLine(child)).toBe('held');
      await eventually('its memory is seen', () => cage.usage().rssBytes > 64 * MEBIBYTE);
      const { usageBytes, workingSetBytes, oomKills } = cage.usage();
      expect(usageBytes).toBeLessThan(128 * MEBIBYTE);
      expect(workingSetBytes).toBeLessThanOrEqual(usageBytes);
      expect(workingSetBytes).toBeGreaterThan(64 * MEBIBYTE);
      expect(oomKills).toBe(0);
      expect(child.exitCode).toBeNull();
      await cage.remove();
      expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
    });

    test('a cage without limits only counts', async () => {
      const cage = await newCage({});
      const child = await runScript(cage, 'for (const end = Date.now() + 300; Date.now() < end; );');
      expect(await exitOf(child)).toEqual({ code: 0, signal: null });
      expect(cage.usage().cpuSeconds).toBeGreaterThan(0.02);
      expect(cage.usage()).toMatchObject({
        cpuQuotaMicros: 0,
        memoryLimitBytes: 0,
        throttledPeriods: 0,
        oomKills: 0,
      });
      await cage.remove();
    });

    test('counters continue across a restart in the same cage', async () => {
      const cage = await newCage({ memoryLimitBytes: 64 * MEBIBYTE });
      await exitOf(await runScript(cage, FILL));
      const before = cage.usage();
      await exitOf(await runScript(cage, FILL));
      const after = cage.usage();
      expect(after.oomKills).toBeGreaterThan(before.oomKills);
      expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
      await cage.remove();
    });

    test('arguments reach the program unchanged, and its stdin is empty', async () => {
      const cage = await newCage({});
      const args = ['a b', '"$HOME"', "it's", '$(exit 1)', '', '-n', 'ünï\ncode'];
      const script = `console.log(JSON.stringify([process.argv.slice(1), require('fs').readFileSync(0, 'utf8')]))`;
      const child = await runScript(cage, script, '--', ...args);
      expect(JSON.parse(await outputOf(child))).toEqual([args, '']);
      await cage.remove();
    });

    test('processes that outlive the main process are killed, as in a container', async () => {
      const cage = await newCage({});
      const script = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { detached: true, stdio: 'ignore' });
        child.unref(); console.log(child.pid); setTimeout(() => process.exit(3), 300);`;
      const child = await runScript(cage, script);
      const orphan = Number(await firstLine(child));
      expect(await exitOf(child)).toEqual({ code: 3, signal: null });
      await eventually('the orphan is gone', () => !exists(orphan));
      await cage.remove();
    });

    test('a missing program ends with 127, and a missing folder is an error', async () => {
      const cage = await newCage({});
      const missing = await cage.spawn({ command: ['/no/such/program'], env: {}, cwd: '/' });
      expect(await exitOf(missing)).toEqual({ code: 127, signal: null });
      await expect(cage.spawn({ command: ['true'], env: {}, cwd: '/no/such/folder' })).rejects.toThrow(
        '/no/such/folder',
      );
      await cage.remove();
      await expect(cage.spawn({ command: ['true'], env: {}, cwd: '/' })).rejects.toThrow('removed');
    });

    test('an impossible cage is refused with what is allowed', async () => {
      await expect(newCage({ cpuLimitMillicores: 5 })).rejects.toThrow('cpuLimitMillicores 5');
      await expect(limiter.create({ name: '../x' })).rejects.toThrow('"../x"');
    });
  });
});

requires('root', 'cgroup-v1')('a process in a kernel cage', () => {
  let limiter: Limiter;
  beforeAll(async () => {
    limiter = await openLimiter(newRunId('inside'), { mode: 'cgroup-v1' });
  });
  afterAll(() => limiter.close());

  test('is inside from its first instruction on, and can run as another user', async () => {
    const cage = await limiter.create({ name: 'inside', memoryLimitBytes: 64 * MEBIBYTE });
    const child = await cage.spawn({
      command: ['/bin/sh', '-c', 'id -u; id -g; cat /proc/self/cgroup'],
      env: { PATH: process.env.PATH ?? '' },
      cwd: '/',
      uid: 65534,
      gid: 65534,
    });
    const [uid, gid, ...cgroups] = (await outputOf(child)).split('\n');
    expect([uid, gid]).toEqual(['65534', '65534']);
    for (const controller of ['cpu', 'cpuacct', 'memory']) {
      const line = cgroups.find((line) => line.split(':')[1]?.split(',').includes(controller));
      expect(line).toMatch(/backend-under-load-test-inside-.*\/inside$/);
    }
    await cage.remove();
  });
});

describe('emulated limits', () => {
  test('hold even while the lab itself is too busy to check them', async () => {
    const limiter = await openLimiter(newRunId('busy'), { mode: 'emulated' });
    const cage = await limiter.create({ name: 'busy', cpuLimitMillicores: 200 });
    await runScript(cage, BUSY);
    await eventually('it is throttled', () => cage.usage().throttledPeriods > 2);
    const before = cage.usage().cpuSeconds;
    const start = performance.now();
    while (performance.now() - start < 1_500);
    const used = cage.usage().cpuSeconds - before;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(0.2 * ((performance.now() - start) / 1000) * 1.5);
    await limiter.close();
  });

  test('have a label that distinguishes them from kernel limits', async () => {
    const limiter = await openLimiter(newRunId('label'), { mode: 'emulated' });
    expect(limiter.info.rung).toBe('emulated');
    expect(limiter.info.label).toMatch(/^emulated limits: .*; CPU requests are only recorded$/);
    await limiter.close();
  });
});

/** The resources that a cage uses during an interval, in seconds and counts. */
async function measure(cage: Cage, ms: number) {
  const [before, start] = [cage.usage(), performance.now()];
  await sleep(ms);
  const [after, seconds] = [cage.usage(), (performance.now() - start) / 1000];
  return {
    seconds,
    used: after.cpuSeconds - before.cpuSeconds,
    periods: after.periods - before.periods,
    throttledPeriods: after.throttledPeriods - before.throttledPeriods,
    throttledSeconds: after.throttledSeconds - before.throttledSeconds,
  };
}

function exists(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
