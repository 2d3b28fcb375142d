import type { Runtime } from '../../script/runtime';
import { executionModule } from '../execution';
import { isThenable } from '../in-turn';
import { k6Module } from '../k6';

const MINUTE_MS = 60_000;
const UNITS: Record<string, number> = {
  d: 1440 * MINUTE_MS,
  h: 60 * MINUTE_MS,
  m: MINUTE_MS,
  s: 1000,
  ms: 1,
};

interface Stage {
  duration: string;
  target: number;
}

/** The functions of jslib.k6.io/k6-utils that need the test: its stages and its checks. */
export function stagesModule(runtime: Runtime) {
  const execution = executionModule(runtime);
  const { check } = k6Module(runtime);

  function stagesOf(): Stage[] {
    const scenarios = execution.test.options.scenarios as Record<string, { stages?: Stage[] }> | undefined;
    const { name } = execution.scenario;
    const scenario = scenarios?.[name];
    if (!scenario)
      throw new Error(`the exec.test.options object doesn't contain the current scenario ${name}`);
    if (!scenario.stages) {
      throw new Error(
        'only ramping-vus or ramping-arravial-rate supports stages, it is not possible to get a stage index on other executors.',
      );
    }
    if (scenario.stages.length === 0)
      throw new Error(`the current scenario ${name} doesn't contain any stage`);
    return scenario.stages;
  }

  /** The stage that is running, from 0. */
  function getCurrentStageIndex(): number {
    const stages = stagesOf();
    const elapsedMs = Date.now() - execution.scenario.startTime;
    let endMs = 0;
    const index = stages.findIndex(({ duration }) => elapsedMs < (endMs += parseDuration(duration)));
    return index < 0 ? stages.length - 1 : index;
  }

  function currentProfile(): string {
    const index = getCurrentStageIndex();
    if (index < 1) return 'ramp-up';
    const stages = stagesOf();
    const change = stages[index]!.target - stages[index - 1]!.target;
    return change > 0 ? 'ramp-up' : change < 0 ? 'ramp-down' : 'steady';
  }

  const tags = execution.vu.metrics.tags as Record<string, unknown>;
  return {
    getCurrentStageIndex,
    parseDuration,
    normalDistributionStages,
    tagWithCurrentStageIndex() {
      tags.stage = getCurrentStageIndex();
    },
    tagWithCurrentStageProfile() {
      tags.stage_profile = currentProfile();
    },
    /** Like k6's check, but waits for a promise. */
    check(value: unknown, ...rest: [Parameters<typeof check>[1], unknown?]): boolean | Promise<boolean> {
      return isThenable(value)
        ? value.then((settled: unknown) => check(settled, ...rest))
        : check(value, ...rest);
    },
  };
}

/** Parses a duration such as "1m30s", or a number of milliseconds as text, to milliseconds. */
function parseDuration(text: string): number {
  if (!text) throw new Error('str is empty');
  const seen = new Set<string>();
  let sumMs = 0;
  for (const [, number, unit = ''] of text.matchAll(/([\d.]+)(ms|[^\d.])?/g)) {
    if (unit && !(unit in UNITS)) throw new Error(`${unit} is an unsupported time unit`);
    if (unit && seen.has(unit)) throw new Error(`${unit} time unit is provided multiple times`);
    seen.add(unit);
    sumMs += Number.parseFloat(number!) * (UNITS[unit] ?? 1);
  }
  return sumMs;
}

/** Stages that follow a bell curve: `stages` ramps up and down again within `duration` seconds. */
function normalDistributionStages(maxVUs: number, duration: number, stages = 10): Stage[] {
  const density = (x: number) => Math.exp(-0.5 * x ** 2) / Math.sqrt(2 * Math.PI);
  const curve = Array.from({ length: stages + 2 }, (_, i) =>
    i <= stages ? density((4 * i) / stages - 2) : 0,
  );
  const peak = Math.max(...curve);
  return curve.map((value, i) => ({
    duration: `${i === 0 || i > stages ? Math.ceil(duration / 6) : Math.ceil((4 * duration) / (6 * stages))}s`,
    target: Math.round((value * maxVUs) / peak),
  }));
}
