import { propAt, propPaths } from './prop-paths';
import { show } from './prop-problems';

/**
 * Rules about several settings together, or about a setting's names, that a JSON schema cannot express. They
 * are data because each is checked twice: here, and in the same words by the templates of the Helm chart.
 */
export interface Order {
  /** May not exceed `high`. */
  low: string;
  high: string;
  /** What `high` is to `low`, e.g. "its limit ". */
  relation: string;
}

export const ORDERS: Order[] = [
  ...['backend', 'downstream', 'postgres', 'postgres.pooler', 'load.generator', 'load.collector'].flatMap(
    (part) => [
      order(`${part}.cpuRequestMillicores`, `${part}.cpuLimitMillicores`, 'its limit '),
      order(`${part}.memoryRequestMebibytes`, `${part}.memoryLimitMebibytes`, 'its limit '),
    ],
  ),
  order('postgres.sharedBuffersMebibytes', 'postgres.memoryRequestMebibytes'),
  order('autoscaling.minReplicas', 'autoscaling.maxReplicas'),
];

/** Values that have the right form but still cannot be used. */
export const FORBIDDEN: { path: string; value: string; because: string }[] = [
  { path: 'postgres.user', value: 'postgres', because: 'is the superuser' },
];

/** Names in maps that belong to the lab: selecting, finding and scraping its pods depends on them. */
export const RESERVED: { path: string; names: string[]; prefixes: string[] }[] = [
  ...propPaths()
    .filter(({ path }) => path.endsWith('Labels'))
    .map(({ path }) => ({
      path,
      names: ['app'],
      prefixes: ['app.kubernetes.io/', 'pod-security.kubernetes.io/'],
    })),
  { path: 'podAnnotations', names: [], prefixes: ['prometheus.io/'] },
];

/** One line for each problem. The settings may be wrong in other ways, too. */
export function crossProblems(input: unknown): string[] {
  return [
    ...ORDERS.flatMap((pair) => orderProblem(pair, input)),
    ...FORBIDDEN.flatMap(({ path, value, because }) =>
      get(input, path) === value
        ? [`${path}: '${value}' ${because}; allowed ${propAt(path)!.allowed}, other than ${value}`]
        : [],
    ),
    ...RESERVED.flatMap(({ path, names, prefixes }) =>
      Object.keys((get(input, path) as object | undefined) ?? {})
        .filter((key) => names.includes(key) || prefixes.some((prefix) => key.startsWith(prefix)))
        .sort()
        .map((key) => `${path}.${key}: ${reservedReason({ names, prefixes })}`),
    ),
  ];
}

export function reservedReason({ names, prefixes }: { names: string[]; prefixes: string[] }): string {
  const own = [...names, ...prefixes.map((prefix) => `${prefix}*`)].join(', ');
  return `is set by the lab itself; allowed any name but ${own}`;
}

function orderProblem({ low, high, relation }: Order, input: unknown): string[] {
  const [least, most] = [propAt(low)!, propAt(high)!];
  const value = get(input, low) ?? least.default;
  const bound = get(input, high) ?? most.default;
  if (typeof value !== 'number' || typeof bound !== 'number' || !(value > bound)) return [];
  if (bound < least.minimum! || value > least.maximum!) return []; // reported as out of range already
  const origin = value === least.default ? ' (the default)' : '';
  return [
    `${low}: ${show(value)}${origin} is above ${relation}${high} = ${bound}; allowed ${least.minimum}..${bound}`,
  ];
}

function order(low: string, high: string, relation = ''): Order {
  return { low, high, relation };
}

function get(input: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) =>
        typeof node === 'object' && node !== null && Object.hasOwn(node, key)
          ? (node as Record<string, unknown>)[key]
          : undefined,
      input,
    );
}
