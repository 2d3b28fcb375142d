import { expressionOf, piecesOf, printf, type Expression } from '../placeholder';

type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** An object whose texts may hold placeholders, as a YAML template, `indent` spaces from the left. */
export function toTemplate(value: object, indent = 0): string {
  return lines(value as Json, indent).join('\n');
}

/** A template that gives the same literal text. */
function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function lines(value: Json, indent: number): string[] {
  return Array.isArray(value) ? listLines(value, indent) : mapLines(value as { [key: string]: Json }, indent);
}

function mapLines(map: { [key: string]: Json }, indent: number): string[] {
  const spreads = Object.keys(map).flatMap((key) => expressionOf({ [key]: map[key] }) ?? []);
  const literal = Object.entries(map).filter(([key, value]) => !expressionOf({ [key]: value }));
  return [
    ...literal.flatMap(([key, value]) => entryLines(key, value, indent)),
    ...(spreads.length > 0 ? insertLines(merged(spreads), indent) : []),
  ];
}

function entryLines(key: string, value: Json, indent: number): string[] {
  const pad = ' '.repeat(indent);
  const name = `${pad}${scalar(key)}:`;
  const expression = expressionOf(value);
  const whole = wholeOf(value);
  if (whole !== undefined) {
    return [
      `${pad}{{- with ${whole} }}`,
      name,
      `${pad}  {{- toYaml . | nindent ${indent + 2} }}`,
      `${pad}{{- end }}`,
    ];
  }
  if (expression?.condition !== undefined) {
    return [`${pad}{{- if ${expression.condition} }}`, `${name} ${action(expression)}`, `${pad}{{- end }}`];
  }
  if (typeof value !== 'object') return [`${name} ${scalarValue(value, indent + 2)}`];
  if (Object.keys(value).length === 0) return [`${name} ${Array.isArray(value) ? '[]' : '{}'}`];
  return [name, ...lines(value, indent + 2)];
}

/** The expression of a map or list that has nothing but placeholders in it, and is left out if it is empty. */
function wholeOf(value: Json): string | undefined {
  const expression = expressionOf(value);
  if (expression) return ['map', 'list'].includes(expression.kind) ? expression.helm : undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const spreads = Object.entries(value).map(([key, one]) => expressionOf({ [key]: one }));
  return spreads.length > 0 && spreads.every((one) => one !== undefined) ? merged(spreads) : undefined;
}

function listLines(list: Json[], indent: number): string[] {
  const pad = ' '.repeat(indent);
  return list.flatMap((item) => {
    const spread = expressionOf([item]);
    if (spread) return insertLines(spread.helm, indent);
    if (typeof item !== 'object') return [`${pad}- ${scalarValue(item, indent + 2)}`];
    if (Object.keys(item).length === 0) return [`${pad}- ${Array.isArray(item) ? '[]' : '{}'}`];
    const [first, ...rest] = lines(item, indent + 2);
    // An action in the first line would swallow the dash.
    if (first!.trimStart().startsWith('{{')) return [`${pad}-`, first!, ...rest];
    return [`${pad}- ${first!.trimStart()}`, ...rest];
  });
}

/** Inserts the entries or items of a value among others. */
function insertLines(helm: string, indent: number): string[] {
  const pad = ' '.repeat(indent);
  return [`${pad}{{- with ${helm} }}`, `${pad}{{- toYaml . | nindent ${indent} }}`, `${pad}{{- end }}`];
}

/** Merges several maps. The setting with the longer path is the more specific one and wins. */
function merged(spreads: Expression[]): string {
  const depth = ({ helm }: Expression) => helm.split('.').length;
  const sorted = [...spreads].sort((a, b) => depth(b) - depth(a)).map(({ helm }) => helm);
  return sorted.length === 1 ? sorted[0]! : `merge (dict) ${sorted.join(' ')}`;
}

function scalarValue(value: string | number | boolean, indent: number): string {
  if (typeof value !== 'string') return String(value);
  const expression = expressionOf(value);
  if (expression) return action(expression);
  const pieces = piecesOf(value).filter((piece) => piece !== '');
  if (pieces.every((piece) => typeof piece === 'string' || ['integer', 'name'].includes(piece.kind))) {
    return inline(pieces, indent);
  }
  return `{{ ${printf(pieces)} | quote }}`;
}

/** Text around numbers and names, which need no quoting. */
function inline(pieces: (string | Expression)[], indent: number): string {
  const write = (literal: (text: string) => string) =>
    pieces
      .map((piece) => (typeof piece === 'string' ? escapeTemplate(literal(piece)) : `{{ ${piece.helm} }}`))
      .join('');
  if (pieces.length === 1 && typeof pieces[0] === 'string' && isPlain(pieces[0])) return pieces[0];
  const text = write((piece) => piece);
  const isBlock = /\n/.test(text) && !/^\s|[ \t]\n|\n\n$|\t|\r/.test(text);
  if (!isBlock) return `"${write((piece) => JSON.stringify(piece).slice(1, -1))}"`;
  const body = text.replace(/\n$/, '').replace(/^(?=.)/gm, ' '.repeat(indent));
  return `${text.endsWith('\n') ? '|' : '|-'}\n${body}`;
}

function action({ kind, helm }: Expression): string {
  return kind === 'string' || kind === 'name' ? `{{ ${helm} | quote }}` : `{{ ${helm} }}`;
}

function scalar(key: string): string {
  const expression = expressionOf(key);
  if (expression) return action(expression);
  return isPlain(key) ? key : `"${escapeTemplate(JSON.stringify(key).slice(1, -1))}"`;
}

/** Whether any YAML parser reads it as this text, unquoted. */
function isPlain(text: string): boolean {
  return /^[A-Za-z/][\w./-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text);
}
