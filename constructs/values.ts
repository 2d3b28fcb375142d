import { createHash } from 'node:crypto';
import { conditional, expressionOf, helmOf, placeholder, type PlaceholderKind } from './placeholder';

/**
 * Everything that constructs compute with settings, beyond passing them on and putting them into texts. Each
 * function is written twice, side by side: as code, and as the Helm expression that gives the same result.
 * The chart would lose a plain `if`, `+` or `Math.floor` on a setting. Tests compare both on random settings.
 */

/**
 * Templates that longer expressions include, by name. A chart and those that it includes share one set of
 * names.
 */
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

// Quantities as the API server stores them. Otherwise, what was applied would differ from what it returns.

DEFINITIONS['backend-under-load.millicores'] =
  '{{- if mod . 1000 }}{{ . }}m{{ else }}{{ div . 1000 }}{{ end -}}';

/** Thousandths of a core as a quantity: 500m, 2. */
export const millicores = both(
  'string',
  (value: number) => (value % 1000 === 0 ? String(value / 1000) : `${value}m`),
  (value) => `include "backend-under-load.millicores" ${value}`,
);

DEFINITIONS['backend-under-load.mebibytes'] = [
  '{{- if not (mod . 1048576) }}{{ div . 1048576 }}Ti',
  '{{- else if not (mod . 1024) }}{{ div . 1024 }}Gi',
  '{{- else }}{{ . }}Mi',
  '{{- end -}}',
].join('\n');

/** Mebibytes as a quantity: 512Mi, 2Gi. */
export const mebibytes = both(
  'string',
  (value: number) => {
    if (value % 1_048_576 === 0) return `${value / 1_048_576}Ti`;
    return value % 1024 === 0 ? `${value / 1024}Gi` : `${value}Mi`;
  },
  (value) => `include "backend-under-load.mebibytes" ${value}`,
);

/** A text as Secrets hold it. */
export const base64 = both(
  'string',
  (value: string) => Buffer.from(value).toString('base64'),
  (value) => `b64enc ${value}`,
);

/** A short text that changes when a part does: for pods that must be replaced then. */
export const fingerprint = both(
  'string',
  (...parts: (string | number)[]) => createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 16),
  (...parts) => `printf "${parts.map(() => '%v').join(' ')}" ${parts.join(' ')} | sha256sum | trunc 16`,
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

export const and = both(
  'boolean',
  (flag: boolean, other: boolean) => flag && other,
  (flag, other) => `and ${flag} ${other}`,
);

export const or = both(
  'boolean',
  (flag: boolean, other: boolean) => flag || other,
  (flag, other) => `or ${flag} ${other}`,
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

DEFINITIONS['backend-under-load.imageVersion'] =
  '{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" (trunc 63 .) "" | default "latest" -}}';

/** An image's tag as a label value. Without a tag, nodes take the newest version. */
export const imageVersion = both(
  'string',
  (tag: string) => tag.slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'latest',
  (tag) => `include "backend-under-load.imageVersion" ${tag}`,
);

DEFINITIONS['backend-under-load.image'] = [
  '{{- with index . 0 | default (index . 1) }}{{ . }}/{{ end }}{{ index . 2 -}}',
  '{{- with index . 3 }}:{{ . }}{{ end }}{{ with index . 4 }}@{{ . }}{{ end -}}',
].join('\n');

/** Where nodes find an image. */
export const imageReference = both(
  'string',
  (everywhere: string, registry: string, repository: string, tag: string, digest: string) =>
    [everywhere || registry, repository].filter(Boolean).join('/') +
    (tag && `:${tag}`) +
    (digest && `@${digest}`),
  (...parts) => `include "backend-under-load.image" (list ${parts.join(' ')})`,
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

/** The list, unless it is empty. */
export function listOrElse(list: object[], fallback: object[]): object[] {
  const expression = expressionOf(list);
  if (!expression) return list.length > 0 ? list : fallback;
  const otherwise = `fromJsonArray ${operand(JSON.stringify(fallback))}`;
  return placeholder('list', `default (${otherwise}) ${expression.helm}`);
}

/** A text as the value of a field that is left out if it is empty. */
export function unlessBlank(value: string): string | undefined {
  return when(not(isEmpty(value)), value);
}

function both<Args extends unknown[], Result>(
  kind: PlaceholderKind,
  code: (...args: Args) => Result,
  helm: (...args: string[]) => string,
): (...args: Args) => Result {
  return (...args) =>
    args.some((arg) => helmOf(arg) !== undefined)
      ? placeholder(kind, helm(...args.map(operand)))
      : code(...args);
}

function operand(value: unknown): string {
  const expression = helmOf(value) ?? JSON.stringify(value);
  return /\s/.test(expression) ? `(${expression})` : expression;
}
