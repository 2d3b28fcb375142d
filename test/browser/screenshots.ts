import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage, ROOT, startLab } from './browser';

const FOLDER = join(ROOT, 'docs', 'images');

interface Shot {
  file: string;
  experiment: string;
  /** The second of the load to show; by default the verdict at the end. */
  at?: number;
  dark?: boolean;
  width?: number;
  height?: number;
  /** The section to scroll to. */
  from?: string;
}

const SHOTS: Shot[] = [
  { file: 'watch', experiment: 'cascade-failure' },
  { file: 'watch-running', experiment: 'memory-stress', at: 20, dark: true },
  { file: 'watch-inside', experiment: 'cpu-stress', from: '#clients', height: 1000 },
  { file: 'watch-phone', experiment: 'cpu-stress', width: 390, height: 844 },
];

/** Takes the pictures for the documentation: the real page showing the committed recordings. */
async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launch();
  try {
    for (const { file, experiment, at, dark, width = 1280, height = 860, from } of SHOTS) {
      const lab = await startLab('watch', experiment, '--port', '0');
      const { page } = await openPage(browser, lab.url, {
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width, height },
        reducedMotion: 'reduce',
      });
      await page.locator('.timeline').waitFor();
      await page.keyboard.press('Space');
      if (at === undefined) await page.keyboard.press('End');
      else await page.locator('.scrubber input').fill(String(at));
      await page.locator('body').click({ position: { x: 2, y: 2 } });
      if (from) await page.evaluate(`document.querySelector('${from}').scrollIntoView()`);
      await page.locator('.map .value').first().waitFor();
      // The page draws in the frame after the request.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      await page.screenshot({ path: join(FOLDER, `${file}.png`), animations: 'disabled' });
      await page.close();
      await lab.stop();
    }
  } finally {
    await browser.close();
  }
}

void main();
