import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KubeObject } from '../../../constructs/kube-object';
import { localEngine, type LocalEngineOptions } from '../../../lab/engine/local';
import type { EngineOptions, RunningSystem } from '../../../lab/model/engine';
import type { LogEvent, PodEvent } from '../../../lab/model/events';

type Emitted = Omit<PodEvent, 't'> | Omit<LogEvent, 't'>;

/** A server that is ready at once. `body` may use `server` and `answer` (path → response handler). */
export const SERVER = `
  const answer = {};
  const server = require('node:http').createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (answer[path]) answer[path](request, response);
    else if (path === '/exit') process.exit(Number(request.url.split('?')[1]));
    else response.end(process.env.POD_NAME);
  });
  server.listen(Number(process.env.PORT), process.env.HOST);
`;

/** A folder with the given programs in place of the compiled project. */
export function codeRoot(programs: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'backend-under-load-code-'));
  for (const [path, code] of Object.entries(programs)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), code);
  }
  return root;
}

export interface AppOptions {
  name?: string;
  replicas?: number;
  /** Merged into the container. */
  container?: Record<string, unknown>;
  /** Merged into the pod's spec. */
  pod?: Record<string, unknown>;
}

/** A Deployment that runs service/main.js of a code root, and its Service. */
export function app({ name = 'app', replicas = 1, container = {}, pod = {} }: AppOptions = {}): KubeObject[] {
  const labels = { app: name, 'app.kubernetes.io/name': name };
  const metadata = { name, namespace: 'test', labels };
  const template = {
    metadata: { labels, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8000' } },
    spec: {
      containers: [
        {
          name,
          image: 'backend-under-load/backend:test',
          command: ['node', 'service/main.js'],
          env: [
            { name: 'PORT', value: '8000' },
            { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          ports: [{ name: 'http', containerPort: 8000 }],
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
          ...container,
        },
      ],
      ...pod,
    },
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector: { matchLabels: { app: name } }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 8000, targetPort: 'http' }] },
    },
  ];
}

/** Engines of one test file, with everything that they emitted. */
export class Lab {
  readonly events: Emitted[] = [];
  private readonly systems: RunningSystem[] = [];
  private readonly folders: string[] = [];

  async up(
    manifests: KubeObject[],
    program: string,
    options: LocalEngineOptions = {},
    given: Partial<EngineOptions> = {},
  ): Promise<RunningSystem> {
    const root = codeRoot({ 'service/main.js': program });
    this.folders.push(root);
    const emit = (event: Emitted) => void this.events.push(event);
    const system = await localEngine({ codeRoot: root, ...options }).up(manifests, { emit, ...given });
    this.systems.push(system);
    return system;
  }

  /** The pod events with these reasons, as "reason: message". */
  told(...reasons: string[]): string[] {
    return this.pods(...reasons).map(({ reason, message }) => `${reason}: ${message}`);
  }

  pods(...reasons: string[]): Omit<PodEvent, 't'>[] {
    return this.events.filter(
      (event): event is Omit<PodEvent, 't'> => event.type === 'pod' && reasons.includes(event.reason),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.systems.splice(0).map((system) => system.down()));
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true });
    this.events.length = 0;
  }
}
