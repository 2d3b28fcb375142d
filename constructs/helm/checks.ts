import {
  FORBIDDEN,
  ITEM_RULES,
  MEANINGLESS,
  meaninglessReason,
  ORDERS,
  RESERVED,
  reservedReason,
  type ItemRule,
  type Order,
  type Reserved,
} from '../checks';
import { propAt } from '../prop-paths';
import { chartSettings } from './settings';

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
    ...MEANINGLESS.flatMap((pair) =>
      problemIf(
        `and (ne (int64 .Values.${pair.path}) 0) (eq .Values.${pair.other} ${JSON.stringify(pair.value)})`,
        `(printf ${JSON.stringify(`${pair.path}: %d ${meaninglessReason(pair)}`)} (int64 .Values.${pair.path}))`,
      ),
    ),
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
