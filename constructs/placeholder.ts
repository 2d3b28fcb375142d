/**
 * Settings that stand for values not known yet. The Helm chart is what the constructs make of them. A
 * placeholder is a text that carries a Helm expression, passes through cdk8s like any text, and is written as
 * `{{ expression }}`. Only the compiler sees it as its setting's type. Constructs therefore compute with
 * settings only by the functions of values.ts, which handle both.
 */
const [OPEN, CLOSE] = ['⟦', '⟧'];

/**
 * The type of the result. A map or a list stands where its entries or items will be. A name is a text of
 * lower-case letters, digits and '-', which needs no quotes anywhere.
 */
export type PlaceholderKind = 'integer' | 'boolean' | 'string' | 'name' | 'map' | 'list';

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

/** The Helm expression of a placeholder, or of a text with placeholders in it. */
export function helmOf(value: unknown): string | undefined {
  const whole = expressionOf(value);
  if (whole || typeof value !== 'string') return whole?.helm;
  const pieces = piecesOf(value);
  return pieces.every((piece) => typeof piece === 'string') ? undefined : printf(pieces);
}

/** A Helm expression for a text in pieces. */
export function printf(pieces: (string | Expression)[]): string {
  const format = pieces
    .map((piece) => (typeof piece === 'string' ? piece.replaceAll('%', '%%') : '%v'))
    .join('');
  const values = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : `(${piece.helm})`));
  return `printf ${JSON.stringify(format)} ${values.join(' ')}`;
}

/** A text without its placeholders. */
export function literalOf(text: string): string {
  return piecesOf(text)
    .filter((piece) => typeof piece === 'string')
    .join('');
}

/** The same scalar, for a field that is left out if `condition` is false. */
export function conditional<Type>(condition: Expression, value: Type): Type {
  return `${OPEN}when:${condition.helm}${CLOSE}${String(value)}` as Type;
}
