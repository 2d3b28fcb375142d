import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cgroupName } from '../../../lab/engine/local/lifetime/cgroups';
import { realFiles, type Files } from '../../../lab/engine/local/lifetime/files';
import { enforce, sharesOf, weightOf } from '../../../lab/engine/local/limits/cgroup-files';
import { ownCgroup } from '../../../lab/engine/local/limits/cgroup-mounts';
import { openLimiter, probeModes } from '../../../lab/engine/local/limits/open';
import type { LimitsMode } from '../../../lab/engine/local/limits/modes';
import { requires } from '../../support/requirements';
import { FakeKernel, type FakeKernelOptions } from './fake-kernel';
import { exitOf, MEBIBYTE, newRunId, runScript } from './helpers';

const MOUNT = '/sys/fs/cgroup';
const SESSION = '/user.slice/user-1000.slice/session-3.scope';

/** A host as systemd sets it up, with the lab in a login session. */
const host = (options: Partial<FakeKernelOptions> = {}) =>
  new FakeKernel({
    mountinfo: `26 25 0:25 / ${MOUNT} rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate\n`,
    self: `0::${SESSION}\n`,
    cgroups: {
      [MOUNT]: { has: 'cpu io memory', gives: 'cpu io memory', type: 'root' },
      [`${MOUNT}/user.slice`]: { has: 'cpu io memory', gives: 'cpu io memory' },
      [`${MOUNT}/user.slice/user-1000.slice`]: { has: 'cpu io memory', gives: 'memory' },
      [`${MOUNT}${SESSION}`]: { has: 'memory' },
    },
    ...options,
  });

describe('cgroup v2', () => {
  test('uses the nearest cgroup that gives its children cpu and memory, and writes only to its own subtree', async () => {
    const kernel = host();
    const runId = newRunId('v2');
    const limiter = await openLimiter(runId, { files: kernel });
    expect(limiter.info.rung).toBe('cgroup-v2');
    await limiter.create({
      name: 'backend',
      cpuLimitMillicores: 250,
      memoryLimitBytes: 100 * MEBIBYTE,
    });
    const directory = `${MOUNT}/user.slice/backend-under-load-${runId}/backend`;
    expect(kernel.read(`${directory}/cpu.max`)).toBe('25000 100000');
    expect(kernel.read(`${directory}/memory.max`)).toBe(String(100 * MEBIBYTE));
    expect(kernel.read(`${directory}/memory.swap.max`)).toBe('0');
    await limiter.close();
    const top = `${MOUNT}/user.slice/backend-under-load-${runId}`;
    expect(kernel.writes.filter((write) => !write.includes(`${top}/`))).toEqual([`mkdir ${top}`]);
    expect(kernel.directories(`${MOUNT}/user.slice`)).toEqual(['user-1000.slice']);
  });

  test("turns a CPU request into the kubelet's weight, and leaves the kernel's default without one", async () => {
    const kernel = host();
    const runId = newRunId('v2');
    const limiter = await openLimiter(runId, { files: kernel });
    const cage = await limiter.create({ name: 'backend', cpuRequestMillicores: 250 });
    await limiter.create({ name: 'none' });
    const top = `${MOUNT}/user.slice/backend-under-load-${runId}`;
    expect(kernel.read(`${top}/backend/cpu.weight`)).toBe('10');
    expect(cage.usage().cpuShares).toBe(256);
    expect(() => kernel.read(`${top}/none/cpu.weight`)).toThrow('ENOENT');
    await limiter.close();
  });

  test('refuses a CPU request that does not read back', async () => {
    const store = (file: string, text: string) => (file.endsWith('cpu.weight') ? '100' : text);
    const limiter = await openLimiter(newRunId('v2'), { files: host({ store }) });
    await expect(limiter.create({ name: 'backend', cpuRequestMillicores: 250 })).rejects.toThrow(
      'cpu.weight holds "100" after "10" was written to it',
    );
    await limiter.close();
  });

  test('puts a process into its cage and kills it with the cage', async () => {
    const kernel = host();
    const limiter = await openLimiter(newRunId('v2'), { files: kernel });
    const cage = await limiter.create({ name: 'backend' });
    const child = await runScript(cage, 'setInterval(() => 0, 1e6)');
    expect(kernel.read(`/proc/${child.pid}/cgroup`)).toMatch(/\/backend$/m);
    await limiter.close();
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('calculates usage as cAdvisor does', async () => {
    const kernel = host();
    const runId = newRunId('v2');
    const limiter = await openLimiter(runId, { files: kernel });
    const cage = await limiter.create({
      name: 'a',
      cpuLimitMillicores: 500,
      memoryLimitBytes: 64 * MEBIBYTE,
    });
    const directory = `${MOUNT}/user.slice/backend-under-load-${runId}/a`;
    kernel.set(
      `${directory}/cpu.stat`,
      'usage_usec 1500000\nnr_periods 30\nnr_throttled 20\nthrottled_usec 700000\n',
    );
    kernel.set(`${directory}/memory.current`, '5000\n');
    kernel.set(`${directory}/memory.stat`, 'anon 3000\nfile 2000\ninactive_anon 7\ninactive_file 1200\n');
    kernel.set(`${directory}/memory.events`, 'low 0\noom 2\noom_kill 1\n');
    expect(cage.usage()).toEqual({
      cpuSeconds: 1.5,
      periods: 30,
      throttledPeriods: 20,
      throttledSeconds: 0.7,
      usageBytes: 5000,
      workingSetBytes: 3800,
      rssBytes: 3000,
      oomKills: 1,
      cpuQuotaMicros: 50_000,
      cpuPeriodMicros: 100_000,
      memoryLimitBytes: 64 * MEBIBYTE,
    });
    await limiter.close();
  });

  test('falls back to emulation and keeps the reason if a limit does not read back', async () => {
    const options = {
      store: (file: string, text: string) => (file.endsWith('cpu.max') ? 'max 100000' : text),
    };
    const reason = /cpu\.max holds "max 100000" after "10000 100000"/;
    const limiter = await openLimiter(newRunId('fall'), { files: host(options) });
    expect(limiter.info.rung).toBe('emulated');
    await limiter.close();
    await expect(
      openLimiter(newRunId('only'), { files: host(options), mode: 'cgroup-v2' }),
    ).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(reason) as string,
      hint: expect.stringContaining('surrounding container') as string,
    });
    const reports = await probeModes(host(options));
    expect(reports.find(({ rung }) => rung === 'cgroup-v2')).toMatchObject({
      usable: false,
      reason: expect.stringMatching(reason) as string,
    });
    expect(reports.find(({ rung }) => rung === 'emulated')).toMatchObject({ usable: true, reason: '' });
  });
});

test('a limit that the kernel refuses because of the surrounding cgroup is reported with advice', async () => {
  const refusing = {
    read: () => '-1\n',
    write: () => {
      throw Object.assign(new Error('EINVAL: invalid argument, write'), { code: 'EINVAL' });
    },
  };
  const quota = { directory: '/cpu/pod', file: 'cpu.cfs_quota_us', value: '50000' };
  expect(() => enforce(refusing as unknown as Files, [quota])).toThrow(
    expect.objectContaining({
      kind: 'environment',
      message: '/cpu/pod/cpu.cfs_quota_us holds "-1" after "50000" was written to it',
      hint: expect.stringContaining('surrounding container') as string,
    }) as Error,
  );
});

describe('a systemd scope', () => {
  let folder: string;
  const path = process.env.PATH;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fake-systemd-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'scopes'));
    process.env.PATH = `${join(folder, 'bin')}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  /** Replaces systemd-run: records the process's scope and then runs the command in its place. */
  const installSystemdRun = (script: string) => {
    const file = join(folder, 'bin/systemd-run');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const WORKING = () => `
    while [ "$1" != -- ]; do case "$1" in --unit=*) unit="\${1#--unit=}";; esac; shift; done; shift
    echo "$unit" > ${folder}/scopes/.$$ && mv ${folder}/scopes/.$$ ${folder}/scopes/$$
    exec "$@"`;
  const USER = '/user.slice/user-1000.slice/user@1000.service/app.slice';
  const userHost = (given = 'cpu memory') =>
    host({
      writable: (directory) => directory.startsWith(`${MOUNT}${USER}`),
      cgroups: {
        [MOUNT]: { has: 'cpu memory', gives: 'cpu memory', type: 'root' },
        [`${MOUNT}${SESSION}`]: { has: 'memory' },
        [`${MOUNT}${USER}`]: { has: given, gives: given },
      },
      scopes: { folder: join(folder, 'scopes'), parent: USER },
    });

  test('is requested if the user may not create cgroups, and contains one cgroup per cage', async () => {
    installSystemdRun(WORKING());
    const kernel = userHost();
    const runId = newRunId('scope');
    const limiter = await openLimiter(runId, { files: kernel });
    expect(limiter.info.rung).toBe('systemd-scope');
    const cage = await limiter.create({
      name: 'backend',
      cpuLimitMillicores: 500,
      memoryLimitBytes: 64 * MEBIBYTE,
    });
    const scope = `${USER}/backend-under-load-${runId}.scope`;
    expect(kernel.read(`${MOUNT}${scope}/backend/cpu.max`)).toBe('50000 100000');
    const child = await runScript(cage, 'setInterval(() => 0, 1e6)');
    expect(kernel.read(`/proc/${child.pid}/cgroup`)).toBe(`0::${scope}/backend\n`);
    await limiter.close();
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(() => kernel.directories(`${MOUNT}${scope}`)).toThrow('ENOENT');
  });

  test('without CPU limits is refused with the drop-in that enables them', async () => {
    installSystemdRun(WORKING());
    await expect(
      openLimiter(newRunId('no-cpu'), { files: userHost('memory'), mode: 'systemd-scope' }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/lacks cpu: it holds "memory"/) as string,
      hint: expect.stringMatching(/Delegate=cpu memory pids.*user@\.service\.d.*daemon-reload/) as string,
    });
  });

  test("that systemd refuses is reported with systemd's reason", async () => {
    installSystemdRun('echo "Failed to connect to bus: No medium found" >&2; exit 1');
    await expect(
      openLimiter(newRunId('refused'), { files: userHost(), mode: 'systemd-scope' }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('Failed to connect to bus: No medium found') as string,
      hint: expect.stringContaining('loginctl enable-linger') as string,
    });
  });
});

test.each([
  [0, 2, 1],
  [1, 2, 1],
  [100, 102, 4],
  [250, 256, 10],
  [500, 512, 20],
  [1000, 1024, 39],
  [4000, 4096, 157],
  [1_000_000, 262_144, 10_000],
])(
  'a request of %dm is %d shares, or a weight of %d, as the kubelet sets them',
  (request, shares, weight) => {
    expect(sharesOf(request)).toBe(shares);
    expect(weightOf(shares)).toBe(weight);
  },
);

requires('root', 'cgroup-v1')('on a host with cgroup v1', () => {
  test('a container gets the shares that its CPU request asks for', async () => {
    const runId = newRunId('shares');
    const limiter = await openLimiter(runId, { mode: 'cgroup-v1' });
    const [asking, silent] = [
      await limiter.create({ name: 'asking', cpuRequestMillicores: 250 }),
      await limiter.create({ name: 'silent', cpuRequestMillicores: 0 }),
    ];
    const top = join(ownCgroup(realFiles, 'cpu')!.own, cgroupName(runId));
    const held = ['asking', 'silent'].map((name) => realFiles.read(join(top, name, 'cpu.shares')).trim());
    expect(held).toEqual(['256', '2']);
    expect([asking, silent].map((cage) => cage.usage().cpuShares)).toEqual([256, 2]);
    await limiter.close();
  });

  test('root gets kernel limits, and the doctor explains why the better modes are not used', async () => {
    const limiter = await openLimiter(newRunId('best'));
    expect(limiter.info).toEqual({
      rung: 'cgroup-v1',
      label: expect.stringContaining('cgroup v1') as string,
    });
    await limiter.close();
    const reports = await probeModes();
    expect(reports.map(({ rung }) => rung)).toEqual<LimitsMode[]>([
      'cgroup-v2',
      'systemd-scope',
      'cgroup-v1',
      'emulated',
    ]);
    for (const { usable, reason, hint } of reports) {
      expect(reason === '').toBe(usable);
      expect(hint === '').toBe(usable);
    }
  });
});
