import type { MetricContains, MetricType } from '../../builtin-metrics';
import type { Runtime } from '../script/runtime';
import { toTags } from '../script/tag-set';
import type { MetricHandle, Tags } from '../vu';
import { GoError } from './go-error';

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{1,128}$/;

/** k6/metrics */
export function metricsModule(runtime: Runtime) {
  const metric = (type: MetricType) => {
    return class {
      readonly name: string;
      readonly #metric: MetricHandle;

      constructor(name: string, isTime = false) {
        if (runtime.phase !== 'init') throw new GoError('metrics must be declared in the init context');
        if (!NAME.test(name)) {
          throw new GoError(
            `Invalid metric name: '${name}'. Metric names must only include up to 128 ASCII letters, numbers, or underscores and start with a letter or an underscore.`,
          );
        }
        const contains: MetricContains = isTime ? 'time' : 'default';
        this.name = name;
        this.#metric = runtime.shared.host.sink.metric(name, type, contains);
      }

      add(value: unknown, tags?: unknown): boolean {
        if (runtime.phase === 'init') throw new GoError('metrics cannot be added to in the init context');
        const number = Number(value);
        if (value === null || Number.isNaN(number)) {
          const text = `'${String(value)}' is an invalid value for metric '${this.name}', a number or a boolean value is expected`;
          if (runtime.shared.client.throw) throw new GoError(text);
          runtime.shared.log.once(`warning: ${text}`);
          return false;
        }
        if (runtime.interrupted) return true;
        const added = type === 'rate' ? Number(number !== 0) : number;
        this.#metric.add(added, tags ? runtime.tagSet.withAll(this.#tags(tags)).tags : runtime.tagSet.tags);
        return true;
      }

      #tags(tags: unknown): Tags {
        try {
          return toTags(tags);
        } catch (error) {
          throw new GoError(
            `cannot add tags for the '${this.name}' custom metric: ${(error as Error).message}`,
          );
        }
      }
    };
  };
  return { Counter: metric('counter'), Gauge: metric('gauge'), Rate: metric('rate'), Trend: metric('trend') };
}
