import { HttpError } from './http-error';
import { parseInteger, quote } from './integer';

/** An integer in the query string. The range includes both ends. */
export interface Parameter {
  min: number;
  max: number;
  default: number;
}

/**
 * The parameters of a route, read strictly. It refuses anything that is not a plain integer in range, is
 * given twice or is unknown, because a typo that silently ran the default would spoil an experiment.
 * @throws HttpError 400 that names the parameter, the value found and what is allowed.
 */
export function readParameters<Name extends string>(
  query: Record<string, unknown>,
  allowed: Record<Name, Parameter>,
): Record<Name, number> {
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(allowed, name));
  if (unknown !== undefined) {
    throw new HttpError(
      400,
      `unknown parameter ${quote(unknown)}, allowed: ${Object.keys(allowed).join(', ')}`,
    );
  }
  const names = Object.keys(allowed) as Name[];
  const values = names.map((name) => [name, readOne(name, query[name], allowed[name])]);
  return Object.fromEntries(values) as Record<Name, number>;
}

function readOne(name: string, found: unknown, { min, max, default: fallback }: Parameter): number {
  if (found === undefined) return fallback;
  const value = parseInteger(found, min, max);
  if (value !== undefined) return value;
  throw new HttpError(400, `${name} must be one integer from ${min} to ${max}, found ${quote(found)}`);
}
