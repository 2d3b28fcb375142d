import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { ModeReport } from '../../lab/engine/local/limits/open';
import { requires } from '../support/requirements';

const PROJECT = resolve(__dirname, '../..');

/** The findings of a scenario. Each script beside this file reports some of them. */
interface Finding {
  name: string;
  /** The lab's line of /proc/self/cgroup before, during and after the run. */
  before: string;
  during: string;
  after: string;
  left: unknown;
  rungs: ModeReport[];
  inside: string;
  cpu: { cores: number; throttledPeriods: number };
  memory: { signal: string; oomKills: number };
}

/** The limits mode that the lab chooses on each kind of host, and why it refuses better modes. */
const CHOICES: [host: string, rung: string, refused: Record<string, RegExp>][] = [
  ['root', 'cgroup-v2', { 'systemd-scope': /connect to bus/, 'cgroup-v1': /not mounted/ }],
  ['container, read-only', 'emulated', { 'cgroup-v2': /mounted read-only/, 'systemd-scope': /read-only/ }],
  ['container, writable', 'cgroup-v2', {}],
  ['namespace entered from outside', 'emulated', { 'cgroup-v2': /in the cgroup \/, but .* below \/\.\./ }],
  ['delegated subtree', 'cgroup-v2', {}],
  ['delegated subtree, only cpu', 'emulated', { 'cgroup-v2': /controllers lacks memory: it holds "cpu"/ }],
  ['domain threaded', 'emulated', { 'cgroup-v2': /"domain threaded" and can only limit CPU/ }],
  ['user without session', 'emulated', { 'cgroup-v2': /EACCES/, 'systemd-scope': /connect to bus/ }],
  ['user session', 'systemd-scope', { 'cgroup-v2': /EACCES/ }],
  ['delegated scope', 'cgroup-v2', {}],
  ['delegated service', 'cgroup-v2', {}],
  ['user session without cpu', 'emulated', { 'systemd-scope': /lacks cpu: it holds "memory pids"/ }],
  ['user session with the drop-in', 'systemd-scope', {}],
];

requires('vm')('on a real kernel with cgroup v2', () => {
  let findings: Map<string, Finding>;
  beforeAll(async () => {
    spawnSync(process.execPath, [join(PROJECT, 'bin/lab.js'), 'list']); // compiles if necessary
    const script = join(__dirname, 'scenarios.sh');
    const machine = spawn(join(__dirname, 'vm/boot'), [process.env.LAB_VM_KERNEL!, PROJECT, script]);
    let said = '';
    for (const stream of [machine.stdout, machine.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()));
    await once(machine, 'close');
    const lines = said.split('\n').filter((line) => line.includes('@@ '));
    const all = lines.map((line) => JSON.parse(line.slice(line.indexOf('@@ ') + 3)) as Finding);
    findings = new Map(all.map((finding) => [finding.name, finding]));
    if (findings.size !== CHOICES.length + 3) throw new Error(`not all scenarios ended:\n${said}`);
  });
  const found = (name: string) => findings.get(name) as Finding;

  test.each(CHOICES)('%s: the lab uses %s and says why no better mode works', (host, rung, refused) => {
    const { rungs } = found(host);
    expect(rungs.find(({ usable }) => usable)?.rung).toBe(rung);
    for (const [better, reason] of Object.entries(refused)) {
      expect(rungs.find((report) => report.rung === better)).toMatchObject({
        usable: false,
        reason: expect.stringMatching(reason) as string,
        hint: expect.stringMatching(/./) as string,
      });
    }
  });

  test.each(CHOICES)('%s: everything is back in its place afterwards', (host) => {
    const { before, after, left } = found(host);
    expect({ after, left }).toEqual({ after: before, left: '' });
  });

  test.each([
    ['root', 'root, limits', /\/backend-under-load-limits-\d+\/small$/],
    [
      "a user's systemd",
      'user session, limits',
      /user@1000\.service\/.*backend-under-load-limits-\d+\.scope\/small$/,
    ],
  ])('limits by %s hold', (_by, name, place) => {
    const { inside, cpu, memory } = found(name);
    expect(inside).toMatch(place);
    expect(cpu.cores).toBeLessThan(0.2 * 1.25);
    expect(cpu.throttledPeriods).toBeGreaterThan(0);
    expect(memory.signal).toBe('SIGKILL');
    expect(memory.oomKills).toBeGreaterThan(0);
  });

  test('the pod ends and the moved processes return when a lab in a delegated subtree is killed', () => {
    const { before, during, after, left } = found('delegated subtree, killed');
    expect(during).toBe(`${before}/backend-under-load-others`);
    expect({ after, left }).toEqual({ after: before, left: { folders: [], pod: false } });
  });
});
