import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

export const ROOT = resolve(__dirname, '../..');
const LAB = join(ROOT, 'bin', 'lab.js');
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const NO_CHROMIUM = 'no Chromium: apt-get install chromium, or name one in the variable CHROMIUM';

export function chromiumPath(): string | undefined {
  return process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));
}

/** @throws Error that says how to get a browser. */
export async function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error(NO_CHROMIUM);
  // Chromium has no sandbox of its own as root or in a container.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Opens a page and collects its console errors, its exceptions and its network requests. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

export interface Lab {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `lab …` and waits for the address of its page. */
export async function startLab(...args: string[]): Promise<Lab> {
  const child = spawn(process.execPath, [LAB, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const url = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const [address] =
        /http:\/\/127\.0\.0\.1:\d+\//.exec(output.replace(/.*metrics of all pods.*/g, '')) ?? [];
      if (address) found(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => failed(new Error(`lab ${args.join(' ')} ended with ${code}: ${output}`)));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
  };
  return { url, process: child, stop };
}

/** The serious and critical findings of axe, with their places. */
export async function seriousIssues(page: Page): Promise<string[]> {
  // Injects axe through the debugger: the page's policy forbids added scripts and must not be loosened for
  // this.
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
