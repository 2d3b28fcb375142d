import { spawn } from 'node:child_process';
import { FOR_THE_BROWSER, passed } from '../support/environment';

/** How each platform opens an address with the program that its user has chosen for it. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'open',
  linux: 'xdg-open',
  win32: 'explorer.exe',
};

/** An address as people see it: on a terminal it can be clicked (OSC 8), elsewhere it is plain text. */
export function link(url: string, out: Pick<NodeJS.WriteStream, 'isTTY'>): string {
  if (!out.isTTY || process.env['TERM'] === 'dumb') return url;
  return `\u001b]8;;${url}\u001b\\${url}\u001b]8;;\u001b\\`;
}

/** Opens an address in the browser. Without a program for that, it says so, and the run goes on. */
export async function openInBrowser(url: string): Promise<void> {
  const program = OPENERS[process.platform];
  const problem =
    program === undefined
      ? `the lab cannot open a browser on ${process.platform}`
      : await start(program, url);
  if (problem !== undefined) console.error(`The page was not opened: ${problem}. Open it yourself: ${url}`);
}

/** @returns why the program could not be started; undefined if it was. */
function start(program: string, url: string): Promise<string | undefined> {
  const env = passed(...FOR_THE_BROWSER);
  const child = spawn(program, [url], { env, detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `${program} is not installed` : error.message),
    );
  });
}
