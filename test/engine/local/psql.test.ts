import fc from 'fast-check';
import { asPsqlSends } from '../../../lab/engine/local/postgres/psql';

const sent = (sql: string, env: Record<string, string> = {}) => asPsqlSends({ name: '01.sql', sql }, env);
const GET = '\\getenv role ROLE\n';

test('an environment variable becomes a quoted value or identifier', () => {
  const script = `${GET}CREATE ROLE :"role" PASSWORD :'role';`;
  expect(sent(script, { ROLE: `o'ne"il` })).toBe(`CREATE ROLE "o'ne""il" PASSWORD 'o''ne"il';`);
});

test('quoted texts, comments, casts and unknown names stay unchanged', () => {
  const rest = `SELECT ':role', '1'::text, "a:role", :'other', x::"char"; -- :'role'`;
  expect(sent(GET + rest, { ROLE: 'x' })).toBe(rest);
});

test('an unset variable stays as written', () => {
  expect(sent(`${GET}SELECT :'role';`)).toBe(`SELECT :'role';`);
});

test('an inserted value is never parsed again', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(':', "'", '"', '\\', '$', '&', 'role') }), (value) => {
      const quoted = sent(`${GET}SELECT :'role', :'role'`, { ROLE: value });
      const [first, second] =
        quoted
          .slice('SELECT '.length)
          .match(/^(.*), \1$/)
          ?.slice(1) ?? [];
      expect([first, second]).toEqual([expect.stringMatching(/'$/), undefined]);
    }),
  );
});

test('any other psql command is refused with script and line', () => {
  expect(() => sent('SELECT 1;\n\\i other.sql')).toThrow(
    'init script 01.sql: "\\\\i other.sql" is not supported by the local engine',
  );
});
