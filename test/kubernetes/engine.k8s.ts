import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecording } from '../../lab/recording/recorder';
import type { Estimate } from '../../lab/verdict/comparison/interval';
import type { Sweep } from '../../lab/verdict/sweep/sweep';
import { type JudgedRun, lab, PROJECT, recordings } from '../e2e/lab';
import { eventually } from '../support/eventually';
import { requires } from '../support/requirements';
import {
  expectGone,
  expectShown,
  inCluster,
  kubectl,
  onlyTheRightsOfTheDocuments,
  ownNamespace,
  shows,
} from './account';

/** The time that a killed run counts as living, with a margin. */
const LEASE_MS = 41_000;
const START_MS = 120_000;
/** The autoscaler evaluates the mean of the last half minute every 15 s, and first waits for new metrics. */
const RESCALED_WITHIN_MS = 150_000;

requires('cluster')('the engine kubernetes with only the rights of docs/kubernetes-rights.yaml', () => {
  const out = recordings();
  onlyTheRightsOfTheDocuments();

  describe('a sweep of cpu-stress', () => {
    const folder = join(out, 'sweep');
    let swept: Sweep;
    let code: number | null;

    beforeAll(async () => {
      const over = ['--over', 'backend.replicas=1,2', '--into', folder, '-o', 'json'];
      const answer = await lab(['sweep', 'cpu-stress', ...over, ...inCluster('sweep')]);
      code = answer.code;
      swept = JSON.parse(answer.stdout) as Sweep;
    });

    it('shows that a second pod helps work that lacks CPU', () => {
      const [one, two] = swept.points.map(({ served }) => served[0]!.goodput) as [Estimate, Estimate];
      expect(two.low).toBeGreaterThan(one.high);
      expect(swept.points.flatMap(({ troubles }) => troubles)).toEqual([]);
      expect(code).toBe(0);
      expectGone('sweep');
    });

    it('confirms every claim of cpu-stress with one pod, and the diagnosis is cpu limit', async () => {
      const { stdout } = await lab(['report', join(folder, 'backend.replicas=1.jsonl'), '-o', 'json']);
      expectShown((JSON.parse(stdout) as [JudgedRun])[0], 'cpu limit');
    });
  });

  it('confirms every claim of memory-stress, and the diagnosis is memory limit', async () => {
    await shows('memory limit', 'memory-stress', out);
  });

  it('confirms every claim of baseline with its load divided between two generators, and loses no request of either', async () => {
    const recording = await shows('healthy', 'baseline', out, '--parallelism', '2');
    const end = readRecording(join(recording, 'default.jsonl')).at(-1);
    expect(end).toMatchObject({ type: 'end', reason: 'completed' });
    expect(end).not.toHaveProperty('message');
  });

  describe('a long run', () => {
    const clean = () => lab(['clean', ...inCluster('killed')]);
    let run: ClusterRun | undefined;
    let killedAt: number;
    afterAll(() => run?.child.kill('SIGKILL'));

    it("sees the cluster's autoscaler add a pod", async () => {
      const scaled = ['autoscaling.enabled=true', 'autoscaling.minReplicas=1'].flatMap((one) => [
        '--set',
        one,
      ]);
      run = await ClusterRun.underLoad('killed', 'cpu-stress', join(out, 'killed'), '--full', ...scaled);
      const isRescaled = () =>
        run!.events().some((event) => event.type === 'pod' && event.reason === 'SuccessfulRescale');
      await eventually('the autoscaler adds a pod', isRescaled, RESCALED_WITHIN_MS, 500);
    });

    it('is not touched by clean while it lives', async () => {
      expect((await clean()).stdout).toContain('still running in');
      expect(run!.child.exitCode).toBeNull();
      run!.child.kill('SIGKILL');
      killedAt = performance.now();
    });

    it('does not disturb another run, which takes everything down on Ctrl-C', async () => {
      const { child } = await ClusterRun.underLoad('interrupted', 'io-stress', join(out, 'interrupted'));
      const exited = new Promise((done) => child.on('exit', done));
      child.kill('SIGINT');
      expect(await exited).toBe(130);
      expectGone('interrupted');
    });

    it('meanwhile, a namespace with foreign objects is refused', async () => {
      const namespace = ownNamespace('taken');
      kubectl('create', 'namespace', namespace);
      kubectl('-n', namespace, 'create', 'service', 'clusterip', 'theirs', '--tcp=80');
      const { code, stderr } = await lab(['run', 'io-stress', ...inCluster('taken'), '--out', out]);
      kubectl('delete', 'namespace', namespace);
      expect(stderr).toContain('service theirs');
      expect(code).toBe(2);
    });

    it('leaves objects when it is killed, and clean removes them after the lease ends', async () => {
      await sleep(Math.max(0, killedAt + LEASE_MS - performance.now()));
      expect((await clean()).stdout).toContain('removed from');
      expectGone('killed');
    });
  });
});

/** A run of the command line that a test acts on. */
class ClusterRun {
  readonly child: ChildProcess;
  private said = '';

  private constructor(
    topic: string,
    experiment: string,
    private readonly out: string,
    args: string[],
  ) {
    const command = ['run', experiment, ...inCluster(topic), '--out', out, ...args];
    this.child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  static async underLoad(...[topic, experiment, out, ...args]: [string, string, string, ...string[]]) {
    const run = new ClusterRun(topic, experiment, out, args);
    const isDecided = () => run.said.includes('load begins') || run.child.exitCode !== null;
    await eventually('load begins', isDecided, START_MS);
    if (run.child.exitCode !== null) throw new Error(run.said);
    expect(run.events()).not.toEqual([]);
    return run;
  }

  /** The events recorded so far. */
  events() {
    const [folder] = existsSync(this.out) ? readdirSync(this.out) : [];
    return folder === undefined ? [] : readRecording(join(this.out, folder, 'default.jsonl'));
  }
}
