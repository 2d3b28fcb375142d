import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { chromiumPath, launch, NO_CHROMIUM } from '../../test/browser/browser';
import { BUILD, PROGRAMS, ROOT } from '../harness/paths';
import { Program } from '../harness/process';
import { alone, type Measure, row, sideBySide } from '../harness/side-by-side';
import type { Subject } from '../harness/subject';

/** The longest experiment at full length. */
const SECONDS = 16 * 60;
const RECORDED = join(ROOT, 'loadtests/baseline/recordings/held/default.jsonl');

/** The single file that shows a run. */
export const report: Subject = {
  name: 'report',
  title: `The HTML report of a run of ${SECONDS / 60} minutes`,
  ours: 'report',
  theirs: 'an empty page',
  async measure({ host, rounds, skip }) {
    const folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
    const [html, empty] = [join(folder, 'report.html'), join(folder, 'empty.html')];
    try {
      await write(html, folder);
      writeFileSync(empty, '<!doctype html><title>empty</title><div class="verdict"></div>');
      const size = alone('its size', 'MB', [statSync(html).size / 1e6], { of: 'ours', is: '<=', value: 2 });
      if (!chromiumPath()) {
        skip(`opening it; ${NO_CHROMIUM}`);
        return [size];
      }
      const browser = await launch();
      const opened = await sideBySide(host, rounds, opening(browser, html), opening(browser, empty));
      await browser.close();
      return [size, row('opening it', 's', opened.seconds, { of: 'ours', is: '<=', value: 1 })];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** A recorded run, extended to full length. */
async function write(html: string, folder: string): Promise<void> {
  const recording = join(folder, 'default.jsonl');
  cpSync(RECORDED, recording);
  const lengthen = [process.execPath, join(PROGRAMS, 'events.js'), 'lengthen', recording, String(SECONDS)];
  await Program.start(lengthen).output();
  const lab = [process.execPath, join(BUILD, 'lab/cli/main.js'), 'report', folder, '--out', html];
  const { child } = Program.start(lab);
  await new Promise((resolve) => child.once('close', resolve));
}

/** The time from opening the file until its verdict is in the page. */
function opening(browser: Browser, file: string): Measure<'seconds'> {
  return async () => {
    const page = await browser.newPage();
    const from = performance.now();
    await page.goto(pathToFileURL(file).href);
    await page.locator('.verdict').first().waitFor({ state: 'attached' });
    const seconds = (performance.now() - from) / 1000;
    await page.close();
    return { seconds };
  };
}
