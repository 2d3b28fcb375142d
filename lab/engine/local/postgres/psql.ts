import { Client } from 'pg';
import { LabError } from '../../../model/errors';

/**
 * The script as psql would send it. `\getenv NAME VARIABLE` reads the environment. Outside quotes and
 * comments, `:'NAME'` and `:"NAME"` become a quoted value or identifier. As with psql, unknown names stay as
 * they are.
 * @throws LabError (usage) for any other backslash command.
 */
export function asPsqlSends(
  { name, sql }: { name: string; sql: string },
  env: Readonly<Record<string, string | undefined>>,
): string {
  const variables = new Map<string, string>();
  const statements = sql.split('\n').filter((line) => !setsVariable(line, name, env, variables));
  return statements
    .join('\n')
    .replace(
      /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|:'(\w+)'|:"(\w+)"/g,
      (found, literal?: string, identifier?: string) => {
        const value = variables.get(literal ?? identifier ?? '');
        if (value === undefined) return found;
        return literal ? Client.prototype.escapeLiteral(value) : Client.prototype.escapeIdentifier(value);
      },
    );
}

function setsVariable(
  line: string,
  script: string,
  env: Readonly<Record<string, string | undefined>>,
  variables: Map<string, string>,
): boolean {
  if (!line.startsWith('\\')) return false;
  const [, name, variable] = /^\\getenv\s+(\w+)\s+(\w+)\s*$/.exec(line) ?? [];
  if (!name) {
    throw new LabError(
      `init script ${script}: ${JSON.stringify(line)} is not supported by the local engine`,
      'usage',
      'Of psql, only `\\getenv NAME VARIABLE` is supported. Rewrite it as SQL, or use --engine kubernetes.',
    );
  }
  const value = env[variable!];
  if (value !== undefined) variables.set(name, value);
  return true;
}
