import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseProps, synthesize } from '../../constructs';
import type { KubeObject } from '../../constructs/kube-object';
import { kubernetesEngine } from '../../lab/engine/kubernetes';
import { KubeApi } from '../../lab/engine/kubernetes/api';
import type { RunningSystem } from '../../lab/model/engine';
import type { PodEvent, TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { lab, PROJECT, recordings } from '../e2e/lab';
import { collected, type Result } from '../support/collected';
import { eventually } from '../support/eventually';
import { requires } from '../support/requirements';
import { ApiProxy } from './api-proxy';
import { quietly } from './cluster';

/** The length of the outage. A few seconds before it and some more after it are measured. */
const AWAY_MS = 30_000;
/**
 * The time from the eviction to the end of the outage. The pod takes longer to end, so the lab sees its end.
 */
const EVICTED_BEFORE_MS = 1000;
/** A kubelet checks its pods' files about once a minute. */
const EVICTED_WITHIN_MS = 150_000;
/** Small enough for several of these systems, and those of other tests, on one node. */
const SMALL = { cpuRequestMillicores: 20 };
const SMALL_FLAGS = ['backend', 'downstream', 'postgres'].flatMap((app) => [
  '--set',
  `${app}.cpuRequestMillicores=20`,
]);
const PREFIX = `lab-faults-${process.pid}`;
const kubectl = (...args: string[]) => quietly('kubectl', args);

/**
 * A run in a cluster that it reaches through its own kubeconfig. Its load lasts longer than the outage of its
 * API server.
 */
class ClusterRun {
  readonly ended: Promise<Result>;
  readonly child: ChildProcess;
  private stderr = '';

  constructor(
    readonly namespace: string,
    private readonly out: string,
    kubeconfig: string,
  ) {
    const args = [
      'run',
      'cascade-failure',
      '--engine',
      'kubernetes',
      '-n',
      namespace,
      '--out',
      out,
      ...SMALL_FLAGS,
    ];
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    this.child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...args], { env });
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = collected(this.child);
  }

  /** The events recorded so far. */
  events(): TelemetryEvent[] {
    const [folder] = existsSync(this.out) ? readdirSync(this.out) : [];
    return folder === undefined ? [] : readRecording(join(this.out, folder, 'default.jsonl'));
  }

  async underLoad(seconds: number): Promise<void> {
    await eventually(
      'load',
      () => this.stderr.includes('load begins') || this.child.exitCode !== null,
      180_000,
    );
    if (this.child.exitCode !== null) throw new Error(this.stderr);
    await sleep(seconds * 1000);
  }
}

requires('cluster')('a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-faults-'));
  const out = recordings();
  const proxies: ApiProxy[] = [];
  let api: KubeApi;
  let kubectlProxy: ChildProcess;
  let full: RunningSystem;
  const toldOfFull: Omit<PodEvent, 't'>[] = [];
  let gone: Promise<{ run: ClusterRun; proxy: ApiProxy }>;

  beforeAll(async () => {
    ({ child: kubectlProxy, api } = await throughKubectl());
    // Kubelets are slow, and so is a lab that waits for an API server. Both therefore begin now.
    gone = runThrough('gone').then(async ({ run, proxy }) => {
      await run.underLoad(3);
      await proxy.away();
      return { run, proxy };
    });
    gone.catch(() => undefined); // the test that waits for it reports this error
    full = await up(api, `${PREFIX}-full`, (event) => toldOfFull.push(event));
    fillDisk(`${PREFIX}-full`);
  }, 240_000);

  /** Begins a run that reaches the cluster through its own proxy. */
  async function runThrough(name: string): Promise<{ run: ClusterRun; proxy: ApiProxy }> {
    const config = JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));
    const { cluster } = config.clusters[0];
    const proxy = new ApiProxy(cluster.server);
    proxies.push(proxy);
    // The tunnel's name differs from the certificate's, as with any tunnel.
    cluster.server = (await proxy.up()).replace('127.0.0.1', 'localhost');
    cluster['tls-server-name'] = 'kubernetes';
    const kubeconfig = join(folder, name);
    writeFileSync(kubeconfig, JSON.stringify(config));
    return { run: new ClusterRun(`${PREFIX}-${name}`, join(out, name), kubeconfig), proxy };
  }

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.away()));
    await full?.down();
    kubectlProxy?.kill();
    rmSync(folder, { recursive: true });
    kubectl(
      'delete',
      'namespace',
      ...['away', 'gone', 'full', 'tainted'].map((name) => `${PREFIX}-${name}`),
      '--ignore-not-found',
      '--wait',
      '--timeout=120s',
    );
  }, 150_000);

  it('that loses its API server for half a minute and evicts a pod meanwhile: the load continues, all events become known, and the system is not blamed', async () => {
    const { run, proxy } = await runThrough('away');
    await run.underLoad(3);
    await proxy.away();
    const awayFrom = lastTime(run);
    const evicted = podOf(run.namespace, 'downstream');
    await sleep(AWAY_MS - EVICTED_BEFORE_MS);
    evict(run.namespace, evicted);
    await sleep(EVICTED_BEFORE_MS);
    await proxy.up();
    const { code, stdout } = await run.ended;
    const awayTo = awayFrom + AWAY_MS;
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toMatch(
      /Verdict INCONCLUSIVE \(nothing was measured for 3\d(\.\d)? s because the API server did not/,
    );
    expect(said).toContain(`; the cluster evicted the pod ${evicted}: EvictionByEvictionAPI: `);
    expect(code).toBe(3);
    const events = run.events();
    // All requests that k6 counted were delivered, late or not; the end event would report a loss.
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'completed' });
    expect(events.at(-1)).not.toHaveProperty('message');
    const during = events.filter(({ type, t }) => type === 'load' && t > awayFrom && t < awayTo);
    expect(during.length).toBeGreaterThan((AWAY_MS / 1000) * 0.8);
    const ready = podEvents(events).filter(({ app, reason }) => app === 'downstream' && reason === 'Ready');
    expect(new Set(ready.map(({ pod }) => pod)).size).toBe(2);
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
    expect(
      lines.filter((line) => /^the API server (does not answer:|answers again, after \d+ s)/.test(line)),
    ).toHaveLength(2);
    expect(namespaces()).not.toContain(run.namespace);
  });

  it('that loses its API server for good: the run ends as inconclusive and says what is left and how to remove it', async () => {
    const { run, proxy } = await gone;
    const { code, stdout, stderr } = await run.ended;
    expect(stdout).toMatch(
      /^Verdict +INCONCLUSIVE \(the run of the arm default ended early \(failed\): The\s+API\s+server\s+of\s+context/m,
    );
    const clean = `lab clean --engine kubernetes -n ${run.namespace}`;
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      `is still there, in the namespace ${run.namespace}. The API server`,
    );
    expect(stderr.replace(/\s+/g, ' ')).toContain(`npx ${clean}`);
    expect(code).toBe(3);
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
    await proxy.up();
    expect((await lab(clean.split(' ').slice(1))).stdout).toContain('removed from');
    expect(namespaces()).not.toContain(run.namespace);
  });

  it("whose kubelet evicts a pod that fills the disk: the event keeps the kubelet's words", async () => {
    await eventually('an eviction', () => toldOfFull.some(isEviction), EVICTED_WITHIN_MS);
    expect(toldOfFull.find(isEviction)).toMatchObject({
      app: 'backend',
      message: expect.stringMatching(/ephemeral.*exceeds/),
    });
  });

  it('whose node has a taint, as a full node does: the start ends with the taint and what to do', async () => {
    const [node] = kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}').split(' ');
    kubectl('taint', 'node', node!, 'lab-test/pressure=:NoSchedule');
    try {
      await expect(up(api, `${PREFIX}-tainted`, () => undefined, 10_000)).rejects.toMatchObject({
        message: expect.stringMatching(/untolerated taint/),
        hint: expect.stringContaining('kubectl describe nodes'),
        kind: 'environment',
      });
    } finally {
      kubectl('taint', 'node', node!, 'lab-test/pressure-');
    }
  });
});

function podOf(namespace: string, app: string): string {
  const selector = `app.kubernetes.io/name=${app}`;
  return kubectl('-n', namespace, 'get', 'pods', '-l', selector, '-o', 'jsonpath={.items[0].metadata.name}');
}

/** Writes more than a pod may keep on its node's disk. */
function fillDisk(namespace: string): void {
  const fill = `
    const { openSync, writeSync } = require('node:fs');
    const file = openSync('/tmp/full', 'w');
    for (let mebibytes = 0; mebibytes < 400; mebibytes++) writeSync(file, Buffer.alloc(2 ** 20));`;
  kubectl('-n', namespace, 'exec', podOf(namespace, 'backend'), '--', 'node', '-e', fill);
}

async function up(
  api: KubeApi,
  namespace: string,
  told: (event: Omit<PodEvent, 't'>) => void,
  startDeadlineMs = 180_000,
): Promise<RunningSystem> {
  const props = { namespace, backend: SMALL, downstream: SMALL, postgres: SMALL };
  const engine = kubernetesEngine({ api, run: namespace, startDeadlineMs });
  return engine.up(synthesize(parseProps(props)) as KubeObject[], {
    emit: (event) => void (event.type === 'pod' && told(event)),
  });
}

/** jest cannot load the library that reads kubeconfigs. */
async function throughKubectl(): Promise<{ child: ChildProcess; api: KubeApi }> {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  const server = `http://${/127\.0\.0\.1:\d+/.exec(said.toString())![0]}`;
  return {
    child,
    api: new KubeApi({ server, context: 'kubectl proxy', options: () => Promise.resolve({}) }),
  };
}

function evict(namespace: string, name: string): void {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  quietly('kubectl', ['create', '--raw', path, '-f', '-'], eviction);
}

const isEviction = ({ reason }: Pick<PodEvent, 'reason'>): boolean => reason === 'Evicted';

function podEvents(events: TelemetryEvent[]): PodEvent[] {
  return events.filter((event): event is PodEvent => event.type === 'pod');
}

function lastTime(run: ClusterRun): number {
  return run.events().at(-1)!.t;
}

function namespaces(): string {
  return kubectl('get', 'namespaces', '-o', 'name');
}
