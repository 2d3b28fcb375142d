import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { k6Runner } from '../../lab/load';
import type { TelemetryEvent } from '../../lab/model/events';
import { FOR_THE_BROWSER, PASSED } from '../../lab/support/environment';

const ROOT = resolve(__dirname, '../..');
const STARTS = new Set(['spawn', 'spawnSync', 'fork', 'execFile', 'execFileSync']);

/** Calls that start a program but do not say with which environment, so that it would get the whole one. */
function withoutEnvironment(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  if (!/from '(node:)?child_process'/.test(source.text)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && STARTS.has(node.expression.text)) {
      const options = node.arguments.at(-1);
      const isNamed =
        options &&
        ts.isObjectLiteralExpression(options) &&
        options.properties.some((property) => property.name?.getText() === 'env');
      if (!isNamed) found.push(`${file}: ${node.getText().slice(0, 60)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

test('every program that the lab starts is told its environment', () => {
  // The options of this call come from its caller, which names them.
  const known = /binaries\.ts: spawnSync\(program, \['--version'\], options\)/;
  const silent = sources(join(ROOT, 'lab')).flatMap(withoutEnvironment);
  expect(silent.filter((call) => !known.test(call))).toEqual([]);
});

test('k6 gets the listed variables and no others, and not the settings of the user', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-environment-'));
  const before = { ...process.env };
  try {
    const binary = join(folder, 'k6');
    writeFileSync(binary, '#!/bin/sh\n[ "$1" = version ] || { env; echo "args: $*"; } >&2\n');
    chmodSync(binary, 0o755);
    Object.assign(process.env, {
      K6_VUS: '7',
      HTTP_PROXY: 'http://127.0.0.1:9',
      SSL_CERT_DIR: '/certificates',
      DISPLAY: ':7',
    });
    const lines: string[] = [];
    const emit = (event: TelemetryEvent) => void (event.type === 'log' && lines.push(event.line));
    await k6Runner(binary).run({ script: 'load.js', env: { LAB_SEED: '1' }, emit });
    const names = lines.flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    const ofTheShell = ['PWD', 'SHLVL', '_', 'OLDPWD'];
    expect(names).toEqual(expect.arrayContaining(['PATH', 'SSL_CERT_DIR']));
    const listed = ['PATH', 'HOME', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
    expect(names.filter((name) => !listed.includes(name) && !ofTheShell.includes(name))).toEqual([]);
    expect(lines.at(-1)).toMatch(/--config \S+config\.json --include-system-env-vars=false/);
    expect(lines.at(-1)).toContain('-e LAB_SEED=1');
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true });
  }
});

test('the page on security names every variable that is passed', () => {
  const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');
  expect(Object.keys(PASSED).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(FOR_THE_BROWSER).toEqual(expect.arrayContaining(['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER']));
});
