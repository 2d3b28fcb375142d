import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Registry } from 'prom-client';
import { readCgroup } from '../../service/cgroup';
import { addCgroupMetrics } from '../../service/cgroup-metrics';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function cgroup(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'backend-under-load-cgroup-'));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${text}\n`);
  }
  return root;
}

// The files of a pod with limits of 500m and 512Mi, under control groups version 2 and version 1.
const V2 = {
  'cgroup.controllers': 'cpuset cpu io memory pids',
  'cpu.stat':
    'usage_usec 897486\nuser_usec 700000\nsystem_usec 197486\nnr_periods 250\nnr_throttled 4\nthrottled_usec 52543',
  'cpu.max': '50000 100000',
  'memory.current': '37498880',
  'memory.max': '536870912',
  'memory.stat': 'anon 30000000\ninactive_file 57344',
};
const V1 = {
  'cpu/cpu.stat': 'nr_periods 250\nnr_throttled 4\nthrottled_time 52543651',
  'cpu/cpu.cfs_quota_us': '50000',
  'cpuacct/cpuacct.usage': '897486748',
  'memory/memory.usage_in_bytes': '37498880',
  'memory/memory.limit_in_bytes': '536870912',
  'memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 57344',
};

test.each([
  ['2', V2],
  ['1', V1],
])('a container reads its own usage from control groups of version %s', (_, files) => {
  const { cpuSeconds, throttledSeconds, ...exact } = readCgroup(cgroup(files));
  expect(cpuSeconds).toBeCloseTo(0.897486, 5);
  expect(throttledSeconds).toBeCloseTo(0.052543, 5);
  expect(exact).toEqual({
    periods: 250,
    throttledPeriods: 4,
    memoryBytes: 37_498_880,
    workingSetBytes: 37_441_536,
  });
});

test.each([
  ['version 2', { 'cgroup.controllers': 'cpu memory', 'cpu.stat': V2['cpu.stat'] }],
  ['version 2 without limits', { ...V2, 'cpu.max': 'max 100000', 'memory.max': 'max' }],
  [
    'version 1',
    { ...V1, 'cpu/cpu.cfs_quota_us': '-1', 'memory/memory.limit_in_bytes': '9223372036854771712' },
  ],
  ['none', {}],
])('nothing is reported without a limit, as on a whole machine (%s)', (_, files) => {
  expect(readCgroup(cgroup(files))).toEqual({});
});

it('every scrape shows the current counters, and omits those that the kernel does not keep', async () => {
  let cpuSeconds = 1;
  const registry = new Registry();
  addCgroupMetrics(registry, () => ({ cpuSeconds, workingSetBytes: 5 }));
  expect(await registry.metrics()).toMatch(/^cgroup_cpu_usage_seconds_total 1$/m);
  await new Promise(setImmediate);
  cpuSeconds = 2.5;
  const text = await registry.metrics();
  expect(text).toMatch(/^cgroup_cpu_usage_seconds_total 2.5$/m);
  expect(text).toMatch(/^cgroup_memory_working_set_bytes 5$/m);
  expect(text).not.toContain('cgroup_cpu_cfs');
});
