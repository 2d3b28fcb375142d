import { loadScript } from '../../../lab/load/embedded/script';
import type { IterationContext, MetricSink, Script, ScriptHost, Tags } from '../../../lab/load/embedded/vu';
import type { RequestDone } from '../../../lab/load/requests';

export interface Sample {
  metric: string;
  value: number;
  tags: Tags;
}

/** Collects all calls of a script to its host. */
export class FakeHost implements ScriptHost {
  readonly samples: Sample[] = [];
  readonly requests: RequestDone[] = [];
  readonly lines: string[] = [];
  readonly aborts: (string | undefined)[] = [];
  readonly failures: string[] = [];
  readonly sink: MetricSink = {
    metric: (name) => ({ name, add: (value, tags) => void this.samples.push({ metric: name, value, tags }) }),
  };

  constructor(readonly allowedHosts?: string[]) {}

  onRequest = (request: RequestDone) => void this.requests.push(request);
  log = (line: string) => void this.lines.push(line);
  now = () => performance.now();
  failTest = (message: string) => void this.failures.push(message);
  abortTest = (message?: string) => void this.aborts.push(message);
  instance = () => ({
    vusActive: 1,
    vusInitialized: 1,
    iterationsCompleted: 0,
    iterationsInterrupted: 0,
    currentTestRunDuration: 0,
  });

  values(metric: string): number[] {
    return this.samples.filter((sample) => sample.metric === metric).map(({ value }) => value);
  }
}

export function context(overrides: Partial<IterationContext> = {}): IterationContext {
  return {
    scenario: 'default',
    exec: 'default',
    env: {},
    tags: {},
    iterationInInstance: 0,
    iterationInTest: 0,
    iterationInScenario: 0,
    iterationInVU: 0,
    scenarioStartTime: 0,
    executor: 'per-vu-iterations',
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** Runs a whole script with one VU, as `k6 run` does with `iterations: n`. */
export async function runWhole(
  path: string,
  env: Record<string, string> = {},
  iterations = 1,
): Promise<FakeHost> {
  const host = new FakeHost();
  const script: Script = await loadScript({ path, env, host });
  const { signal } = new AbortController();
  const vu = script.createVU(1);
  try {
    const setupData = JSON.parse(JSON.stringify((await script.setup?.(signal)) ?? null));
    const activation = context({ ...scenarioOf(script), setupData: setupData ?? undefined, signal });
    for (let i = 0; i < iterations; i++) {
      const counters = {
        iterationInInstance: i,
        iterationInTest: i,
        iterationInScenario: i,
        iterationInVU: i,
      };
      await vu
        .iterate(Object.assign(activation, counters))
        .catch((error: Error) => host.log(`error: ${error.message}`));
    }
    await script.teardown?.(setupData ?? undefined, signal);
    const summary = await script.handleSummary?.({ metrics: {} }, signal);
    for (const line of String(summary?.stdout ?? '')
      .split('\n')
      .filter(Boolean))
      host.log(line);
  } finally {
    await vu.close();
    await script.close();
  }
  return host;
}

/** The settings for iterations in the script's scenario 'default'. */
function scenarioOf({ options }: Script): Partial<IterationContext> {
  const { default: scenario } = (options.scenarios ?? {}) as Record<string, Partial<IterationContext>>;
  const { exec = 'default', env = {}, tags = {} } = scenario ?? {};
  return { exec, env, tags };
}
