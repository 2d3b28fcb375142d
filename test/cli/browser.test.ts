import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { link } from '../../lab/cli/browser';
import { eventually } from '../support/eventually';

const LAB = resolve(__dirname, '../../bin/lab.js');

// Compiles if necessary, which needs the programs that the tests hide.
beforeAll(() => void execFileSync(process.execPath, [LAB, '--help']), 120_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lab-open-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('on a terminal an address is a link with the address as its text; elsewhere it is plain', () => {
  const url = 'http://127.0.0.1:4400/';
  expect(link(url, { isTTY: true })).toBe(`\u001b]8;;${url}\u001b\\${url}\u001b]8;;\u001b\\`);
  expect(link(url, { isTTY: false })).toBe(url);
});

/** Runs `lab watch --open` until its output matches; programs are found in the given folders only. */
async function watch(path: string, until: RegExp, variables: Record<string, string> = {}): Promise<string> {
  const args = [LAB, 'watch', 'cpu-stress', '--open', '--port', '0'];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...variables, PATH: path } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const gone = once(child, 'exit');
  try {
    await eventually('the page is served', () => until.test(output), 60_000);
    return output;
  } finally {
    child.kill('SIGINT');
    await gone;
  }
}

test('--open hands the address and the screen, but nothing else, to the program that opens addresses', async () => {
  const opened = join(folder, 'opened');
  const environment = join(folder, 'environment');
  const script = `#!/bin/sh\nenv > ${environment}\necho "$1" > ${opened}\n`;
  writeFileSync(join(folder, 'xdg-open'), script, { mode: 0o755 });
  const path = [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const variables = { DISPLAY: ':7', WAYLAND_DISPLAY: 'wayland-7', PGPASSWORD: 'hidden', K6_VUS: '7' };
  const output = await watch(path, /stays open/, variables);
  await eventually(
    'the address is opened',
    () => existsSync(opened) && /\n$/.test(readFileSync(opened, 'utf8')),
  );
  expect(output).toContain(`watch the replay at ${readFileSync(opened, 'utf8').trim()}`);
  const told = readFileSync(environment, 'utf8');
  expect(told).toMatch(/^DISPLAY=:7$/m);
  expect(told).toMatch(/^WAYLAND_DISPLAY=wayland-7$/m);
  expect(told).not.toMatch(/^(PGPASSWORD|K6_VUS)=/m);
}, 120_000);

test('without such a program, the lab says so and serves the page all the same', async () => {
  const output = await watch(folder, /stays open/);
  expect(output).toMatch(/The page was not opened: xdg-open is not installed\. Open it yourself: http:/);
}, 120_000);
