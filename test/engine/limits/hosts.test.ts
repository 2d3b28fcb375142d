import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEAF } from '../../../lab/engine/local/lifetime/leaf-cgroup';
import type { Lifetime } from '../../../lab/engine/local/lifetime/lifetime';
import { openLimiter } from '../../../lab/engine/local/limits/open';
import { LIMITS_MODES } from '../../../lab/engine/local/limits/modes';
import { FakeKernel } from './fake-kernel';
import { newRunId } from './helpers';
import { HOSTS } from './hosts';

/** The kernel's limits modes. Emulation needs no kernel support and is tested on the real machine. */
const KERNEL_MODES = LIMITS_MODES.filter((rung) => rung !== 'emulated');
const OWN = '/proc/self/cgroup';

/** Everything here is in memory except short trial processes, so nothing has to be recorded. */
function unrecorded(): Lifetime {
  const nothing = () => undefined;
  return {
    runId: newRunId('host'),
    trackGroup: nothing,
    untrackGroup: nothing,
    trackCgroup: nothing,
    untrackCgroup: nothing,
    tempDir: () => '/',
    close: async () => undefined,
  };
}

describe.each(Object.entries(HOSTS))('on a host with %s', (_name, { kernel: options, rung, refused }) => {
  const path = process.env.PATH;
  let empty: string;
  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), 'no-programs-'));
    process.env.PATH = empty;
  });
  afterAll(() => {
    process.env.PATH = path;
    rmdirSync(empty);
  });

  test(`limits are set by ${rung}, each better mode is refused with its reason and advice, and nothing is left`, async () => {
    const usable: string[] = [];
    for (const candidate of KERNEL_MODES) {
      const kernel = new FakeKernel(options);
      const before = JSON.stringify(kernel.snapshot());
      const lifetime = unrecorded();
      const opened = openLimiter(lifetime.runId, { files: kernel, mode: candidate, lifetime });
      const [reason, advice] = refused[candidate] ?? [];
      if (reason) {
        await expect(opened).rejects.toMatchObject({
          kind: 'environment',
          message: expect.stringMatching(reason) as string,
          hint: expect.stringMatching(advice as RegExp) as string,
        });
      } else {
        await opened.then(
          async (limiter) => {
            usable.push(candidate);
            await limiter.close();
          },
          () => undefined,
        );
      }
      expect(JSON.stringify(kernel.snapshot())).toBe(before);
    }
    expect(usable[0] ?? 'emulated').toBe(rung);
  });
});

describe('in a delegated cgroup that contains processes', () => {
  const { kernel: options } = HOSTS['v2, a container that may write to its cgroup']!;
  const open = async (kernel: FakeKernel) => {
    const lifetime = unrecorded();
    return openLimiter(lifetime.runId, { files: kernel, mode: 'cgroup-v2', lifetime });
  };

  test('the lab and the processes beside it wait in a leaf and return', async () => {
    const kernel = new FakeKernel(options);
    const limiter = await open(kernel);
    expect(kernel.read(OWN)).toBe(`0::/${LEAF}\n`);
    expect(kernel.read(`/proc/${process.ppid}/cgroup`)).toBe(`0::/${LEAF}\n`);
    expect(kernel.read('/sys/fs/cgroup/cgroup.subtree_control')).toBe('cpu memory');
    await limiter.close();
    expect(kernel.read(OWN)).toBe('0::/\n');
    expect(kernel.read(`/proc/${process.ppid}/cgroup`)).toBe('0::/\n');
    expect(kernel.directories('/sys/fs/cgroup')).toEqual([]);
  });

  test('a second lab works beside the first, and the last one to end brings everything back', async () => {
    const kernel = new FakeKernel(options);
    const first = await open(kernel);
    const second = await open(kernel);
    await first.close();
    expect(kernel.read(OWN)).toBe(`0::/${LEAF}\n`);
    await second.close();
    expect(kernel.read(OWN)).toBe('0::/\n');
    expect(kernel.directories('/sys/fs/cgroup')).toEqual([]);
  });
});
