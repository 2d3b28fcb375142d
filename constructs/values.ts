import { conditional, expressionOf, placeholder, type PlaceholderKind } from './placeholder';

/**
 * Everything that constructs compute with settings, beyond passing them on and putting them into texts. Each
 * function is written twice, side by side: as code, and as the Helm expression that gives the same result.
 * The chart would lose a plain `if`, `+` or `Math.floor` on a setting. Tests compare both on random settings.
 */

/** Templates that longer expressions include, by name. */
export const DEFINITIONS: Record<string, string> = {};

/** Half of it, rounded down. */
export const half = both(
  'integer',
  (value: number) => Math.floor(value / 2),
  (value) => `div ${value} 2`,
);

export const smaller = both(
  'integer',
  (a: number, b: number) => Math.min(a, b),
  (a, b) => `min ${a} ${b}`,
);

export const larger = both(
  'integer',
  (a: number, b: number) => Math.max(a, b),
  (a, b) => `max ${a} ${b}`,
);

/** A value as environment variables and annotations hold it. */
export function text(value: number | boolean | string): string {
  const expression = expressionOf(value);
  return expression ? placeholder('string', expression.helm) : String(value);
}

/** The first, unless it is empty. */
export const orElse = both(
  'string',
  (value: string, fallback: string) => value || fallback,
  (value, fallback) => `default ${fallback} ${value}`,
);

export const isEmpty = both(
  'boolean',
  (value: string) => value === '',
  (value) => `empty ${value}`,
);

export const equals = both(
  'boolean',
  (value: string, other: string) => value === other,
  (value, other) => `eq ${value} ${other}`,
);

export const not = both(
  'boolean',
  (flag: boolean) => !flag,
  (flag) => `not ${flag}`,
);

export const atLeast = both(
  'boolean',
  (value: number, bound: number) => value >= bound,
  (value, bound) => `ge ${value} (int64 ${bound})`,
);

export function choose<Value extends number | string>(flag: boolean, yes: Value, no: Value): Value {
  const kind = expressionOf(yes)?.kind ?? (typeof yes === 'string' ? 'string' : 'integer');
  const chosen = both(
    kind,
    (condition: boolean, first: Value, second: Value) => (condition ? first : second),
    (condition, first, second) => `ternary ${first} ${second} ${condition}`,
  );
  return chosen(flag, yes, no);
}

/** The registry in an image's name: a first part with a dot or a port, as container runtimes read it. */
const REGISTRY = '^([^/]*[.:][^/]*|localhost)/';

DEFINITIONS['lab.image'] = [
  '{{- $registry := index . 0 -}}',
  `{{- if $registry }}{{ $registry }}/{{ regexReplaceAll "${REGISTRY}" (index . 1) "" }}{{ else }}{{ index . 1 }}{{ end -}}`,
].join('\n');

/** An image's name with another registry, unless that is empty. */
export const inRegistry = both(
  'string',
  (registry: string, image: string) =>
    registry === '' ? image : `${registry}/${image.replace(new RegExp(REGISTRY), '')}`,
  (registry, image) => `include "lab.image" (list ${registry} ${image})`,
);

DEFINITIONS['lab.imageVersion'] = [
  '{{- $name := regexReplaceAll "@.*$" . "" | base -}}',
  '{{- $tag := contains ":" $name | ternary (regexReplaceAll "^.*:" $name "") "latest" | trunc 63 -}}',
  '{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" $tag "" | default "latest" -}}',
].join('\n');

/** An image's tag as a label value. An image without a tag runs the newest version. */
export const imageVersion = both(
  'string',
  (image: string) => {
    const name = image.replace(/@.*$/, '').replace(/^.*\//, '');
    const tag = name.includes(':') ? name.replace(/^.*:/, '') : 'latest';
    return tag.slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'latest';
  },
  (image) => `include "lab.imageVersion" ${image}`,
);

export const chooseText = both(
  'string',
  (flag: boolean, yes: string, no: string) => (flag ? yes : no),
  (flag, yes, no) => `ternary ${yes} ${no} ${flag}`,
);

/** The value of a field that is left out if `flag` is false. */
export function when<Value extends string | number | boolean>(
  flag: boolean,
  value: Value,
): Value | undefined {
  const condition = expressionOf(flag);
  if (condition) return conditional(condition, value);
  return flag ? value : undefined;
}

/** A map or list as the value of a field that is left out if it is empty. */
export function unlessEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function both<Args extends unknown[], Result>(
  kind: PlaceholderKind,
  code: (...args: Args) => Result,
  helm: (...args: string[]) => string,
): (...args: Args) => Result {
  return (...args) =>
    args.some(expressionOf) ? placeholder(kind, helm(...args.map(operand))) : code(...args);
}

function operand(value: unknown): string {
  const expression = expressionOf(value)?.helm ?? JSON.stringify(value);
  return /\s/.test(expression) ? `(${expression})` : expression;
}
