import { propAt, propPaths } from './prop-paths';
import { RESERVED_BY_JAVASCRIPT, show } from './prop-problems';

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

/** A setting that means nothing while another one has a value. Its default stands for "not set". */
export interface Meaningless {
  path: string;
  other: string;
  /** Default: any value that is not empty. */
  value?: string;
}

export const MEANINGLESS: Meaningless[] = [
  { path: 'backend.service.nodePort', other: 'backend.service.type', value: 'ClusterIP' },
  ...['user', 'password', 'adminPassword'].map((name) => ({
    path: `postgres.${name}`,
    other: 'postgres.existingSecret',
  })),
];

/** A number is shown. A text may be a password. */
export function meaninglessReason({ path, other, value }: Meaningless): string {
  const undo = propAt(path)!.type === 'integer' ? 'set it to 0' : 'leave it out';
  return `means nothing while ${other} is ${value ?? 'set'}; ${undo}, or change ${other}`;
}

/** Names that cannot be used in a map, although they have the right form. */
export interface Reserved {
  path: string;
  names: string[];
  prefixes: string[];
  because: string;
}

/** Selecting, finding and scraping the lab's pods depends on these names. */
const BY_THE_LAB = 'is set by the lab itself';

export const RESERVED: Reserved[] = [
  ...propPaths()
    .filter(({ path }) => path.endsWith('Labels'))
    .map(({ path }) => ({
      path,
      names: ['app'],
      prefixes: ['app.kubernetes.io/', 'pod-security.kubernetes.io/'],
      because: BY_THE_LAB,
    })),
  { path: 'podAnnotations', names: [], prefixes: ['checksum/', 'prometheus.io/'], because: BY_THE_LAB },
  ...propPaths()
    .filter(({ path, type }) => type === 'map' && path !== 'affinity')
    .map(({ path }) => ({ path, names: ['constructor'], prefixes: [], because: RESERVED_BY_JAVASCRIPT })),
];

type Item = Record<string, unknown>;

/** What the API server demands of the fields of each item of a list together. */
export interface ItemRule {
  list: string;
  /** The field to change. */
  field: string;
  breaks: (item: Item) => boolean;
  /** The same as a condition of a template, in which the item is `$item`. */
  helm: string;
  problem: string;
}

export const ITEM_RULES: ItemRule[] = [
  {
    list: 'tolerations',
    field: 'value',
    breaks: ({ operator, value }) => operator === 'Exists' && Boolean(value),
    helm: 'and (eq (get $item "operator") "Exists") (get $item "value")',
    problem: 'means nothing beside the operator Exists; leave it out, or use the operator Equal',
  },
  {
    list: 'tolerations',
    field: 'key',
    breaks: ({ operator, key }) => operator !== 'Exists' && !key,
    helm: 'and (ne (get $item "operator") "Exists") (not (get $item "key"))',
    problem: 'is missing; only the operator Exists without a key matches every taint',
  },
  {
    list: 'tolerations',
    field: 'tolerationSeconds',
    breaks: (item) => Object.hasOwn(item, 'tolerationSeconds') && item.effect !== 'NoExecute',
    helm: 'and (hasKey $item "tolerationSeconds") (ne (get $item "effect") "NoExecute")',
    problem: 'is only for the effect NoExecute; leave it out, or set effect to NoExecute',
  },
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
    ...MEANINGLESS.flatMap((pair) => meaninglessProblem(pair, input)),
    ...RESERVED.flatMap((reserved) => reservedProblems(reserved, input)),
    ...ITEM_RULES.flatMap((rule) => itemProblems(rule, input)),
  ];
}

function meaninglessProblem(pair: Meaningless, input: unknown): string[] {
  const { path, other, value } = pair;
  const preset = propAt(path)!.default;
  const [found, decides] = [get(input, path) ?? preset, get(input, other) ?? propAt(other)!.default];
  const isSet = typeof found === typeof preset && found !== preset;
  if (!isSet || (value === undefined ? decides === '' : decides !== value)) return [];
  const shown = typeof found === 'number' ? `${found} ` : '';
  return [`${path}: ${shown}${meaninglessReason(pair)}`];
}

function reservedProblems(reserved: Reserved, input: unknown): string[] {
  const { path, names, prefixes } = reserved;
  return Object.keys((get(input, path) as object | undefined) ?? {})
    .filter((key) => names.includes(key) || prefixes.some((prefix) => key.startsWith(prefix)))
    .sort()
    .map((key) => `${path}.${key}: ${reservedReason(reserved)}`);
}

export function reservedReason({ names, prefixes, because }: Reserved): string {
  const own = [...names, ...prefixes.map((prefix) => `${prefix}*`)].join(', ');
  return `${because}; allowed any name but ${own}`;
}

function itemProblems({ list, field, breaks, problem }: ItemRule, input: unknown): string[] {
  const items = get(input, list);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) =>
    isItem(item) && breaks(item) ? [`${list}[${index}].${field}: ${problem}`] : [],
  );
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
