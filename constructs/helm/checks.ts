import {
  FORBIDDEN,
  ITEM_RULES,
  MEANINGLESS,
  meaninglessReason,
  type Meaningless,
  ORDERS,
  RESERVED,
  reservedReason,
  type ItemRule,
  type Order,
  type Reserved,
} from '../checks';
import { propAt } from '../prop-paths';
import { chartSettings } from './settings';

/** With it, the names of all objects begin with the release, and some of them are Services. */
const RELEASE_IN_NAMES =
  'and .Values.nameOverride (not .Values.fullnameOverride) (not (regexMatch "^[a-z][a-z0-9-]*$" .Release.Name))';
const UNUSABLE_RELEASE =
  "nameOverride: the names would begin with that of the release, '%s', but the name of a Service begins with a letter and has no dots; set fullnameOverride instead";

/**
 * A template that makes nothing. It refuses values that the schema cannot refuse, in the words of PropsError.
 */
export function checksTemplate(): string {
  const values = new Set(chartSettings().map(({ path }) => path));
  return [
    '{{- $problems := list -}}',
    ...ORDERS.filter(({ low }) => values.has(low)).flatMap(orderLines),
    ...FORBIDDEN.flatMap(({ path, value, because }) =>
      problemIf(
        `eq .Values.${path} ${JSON.stringify(value)}`,
        JSON.stringify(
          `${path}: '${value}' ${because}; allowed ${propAt(path)!.allowed}, other than ${value}`,
        ),
      ),
    ),
    ...MEANINGLESS.flatMap(meaninglessLines),
    ...problemIf(RELEASE_IN_NAMES, `(printf ${JSON.stringify(UNUSABLE_RELEASE)} .Release.Name)`),
    ...RESERVED.flatMap(reservedLines),
    ...ITEM_RULES.flatMap(itemLines),
    '{{- if $problems -}}',
    '{{- fail (join "\\n" $problems | printf "\\n%s") -}}',
    '{{- end -}}',
    '',
  ].join('\n');
}

function orderLines({ low, high, relation }: Order): string[] {
  const { minimum, default: preset } = propAt(low)!;
  const [value, bound] = [`(int64 .Values.${low})`, `(int64 .Values.${high})`];
  const origin = `(ternary " (the default)" "" (eq ${value} (int64 ${String(preset)})))`;
  const format = `${low}: %d%s is above ${relation}${high} = %d; allowed ${minimum}..%d`;
  return problemIf(
    `gt ${value} ${bound}`,
    `(printf ${JSON.stringify(format)} ${value} ${origin} ${bound} ${bound})`,
  );
}

function meaninglessLines(pair: Meaningless): string[] {
  const { path, other, value } = pair;
  const decides = value === undefined ? `.Values.${other}` : `(eq .Values.${other} ${JSON.stringify(value)})`;
  const preset = JSON.stringify(propAt(path)!.default);
  if (propAt(path)!.type !== 'integer') {
    const problem = JSON.stringify(`${path}: ${meaninglessReason(pair)}`);
    return problemIf(`and (ne .Values.${path} ${preset}) ${decides}`, problem);
  }
  const found = `(int64 .Values.${path})`;
  const format = JSON.stringify(`${path}: %d ${meaninglessReason(pair)}`);
  return problemIf(`and (ne ${found} ${preset}) ${decides}`, `(printf ${format} ${found})`);
}

function reservedLines(reserved: Reserved): string[] {
  const { path, names, prefixes } = reserved;
  const conditions = [
    ...names.map((name) => `(eq $name ${JSON.stringify(name)})`),
    ...prefixes.map((prefix) => `(hasPrefix ${JSON.stringify(prefix)} $name)`),
  ];
  const reason = JSON.stringify(`${path}.%s: ${reservedReason(reserved)}`);
  return [
    `{{- range $name := keys .Values.${path} | sortAlpha }}`,
    ...problemIf(
      conditions.length > 1 ? `or ${conditions.join(' ')}` : conditions[0]!,
      `(printf ${reason} $name)`,
    ),
    '{{- end }}',
  ];
}

function itemLines({ list, field, helm, problem }: ItemRule): string[] {
  const says = JSON.stringify(`${list}[%d].${field}: ${problem}`);
  return [
    `{{- range $index, $item := .Values.${list} }}`,
    ...problemIf(helm, `(printf ${says} $index)`),
    '{{- end }}',
  ];
}

function problemIf(condition: string, problem: string): string[] {
  return [`{{- if ${condition} }}`, `{{- $problems = append $problems ${problem} }}`, '{{- end }}'];
}
