/**
 * Settings that stand for values not known yet. The Helm chart is what the constructs make of them. A
 * placeholder is a text that carries a Helm expression, passes through cdk8s like any text, and is written as
 * `{{ expression }}`. Only the compiler sees it as its setting's type. Constructs therefore compute with
 * settings only by the functions of values.ts, which handle both.
 */
const [OPEN, CLOSE] = ['⟦', '⟧'];

/** The type of the result. A map or a list stands where its entries or items will be. */
export type PlaceholderKind = 'integer' | 'boolean' | 'string' | 'map' | 'list';

export interface Expression {
  kind: PlaceholderKind;
  /** E.g. "int64 .Values.backend.replicas". */
  helm: string;
  /** If it is false, the field is left out. */
  condition?: string;
}

const SCALAR = `${OPEN}([a-z]+):([^${OPEN}${CLOSE}]*)${CLOSE}`;
const WHOLE = new RegExp(`^(?:${OPEN}when:([^${OPEN}${CLOSE}]*)${CLOSE})?${SCALAR}$`);

/** `Type` is the type that the constructs see. */
export function placeholder<Type>(kind: PlaceholderKind, helm: string): Type {
  const text = `${OPEN}${kind}:${helm}${CLOSE}`;
  if (kind === 'map') return { [text]: text } as Type;
  return (kind === 'list' ? [text] : text) as Type;
}

/** The expression that `value` as a whole stands for, if any. */
export function expressionOf(value: unknown): Expression | undefined {
  if (typeof value !== 'object' || value === null) return scalarOf(value);
  const [[key, only], ...others] = Object.entries(value).concat([['', undefined]]) as [
    [string, unknown],
    ...unknown[],
  ];
  const expression = others.length === 1 ? scalarOf(only) : undefined;
  const isWhole = Array.isArray(value)
    ? expression?.kind === 'list'
    : expression?.kind === 'map' && key === only;
  return isWhole ? expression : undefined;
}

function scalarOf(value: unknown): Expression | undefined {
  const match = typeof value === 'string' ? WHOLE.exec(value) : null;
  if (!match) return undefined;
  const [, condition, kind, helm] = match;
  return { kind: kind as PlaceholderKind, helm: helm!, ...(condition !== undefined && { condition }) };
}

/** A text in pieces: literal, expression, literal … */
export function piecesOf(text: string): (string | Expression)[] {
  const pieces = text.split(new RegExp(SCALAR));
  return pieces.flatMap((piece, index): (string | Expression)[] => {
    if (index % 3 === 0) return [piece];
    return index % 3 === 1 ? [{ kind: piece as PlaceholderKind, helm: pieces[index + 1]! }] : [];
  });
}

/** The same scalar, for a field that is left out if `condition` is false. */
export function conditional<Type>(condition: Expression, value: Type): Type {
  return `${OPEN}when:${condition.helm}${CLOSE}${String(value)}` as Type;
}
