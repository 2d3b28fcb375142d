import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { experiment } from '../../lab/run/catalogue';
import { pageAssets } from '../../lab/watch/assets';
import { POD_SIGNALS } from '../../lab/watch/charts';
import { standalonePage } from '../../lab/watch/html';
import type { App, PageEvent, RunEvent } from '../../lab/watch/protocol';
import { setupMessage } from '../../lab/watch/setup';
import { undisturbed } from '../support/once-more';
import { RUN_EVENT } from '../support/run-event';
import { launch, openPage } from './browser';

const SECONDS = 3600;
const PODS = 10;

let browser: Browser;
let folder: string;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'lab-long-'));
  const file = join(folder, 'long.html');
  writeFileSync(file, standalonePage('an hour', hourOfTenPods(), pageAssets()));
  ({ page } = await openPage(browser, pathToFileURL(file).href, { viewport: { width: 1280, height: 900 } }));
  await page.locator('#chart-cpu').scrollIntoViewIfNeeded();
  await page.locator('#chart-cpu .uplot').waitFor();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Events whose values change every second: no curve is cheaper to draw than in a real run. */
function hourOfTenPods(): PageEvent[] {
  const subject = {
    name: 'cpu-stress',
    experiment: experiment('cpu-stress'),
    lesson: '',
    judgedArm: 'default',
  };
  const setup = setupMessage(subject, 'report');
  const pods = Array.from({ length: PODS }, (_, index) => `backend-${index}`);
  const curves = pods.flatMap((pod) =>
    POD_SIGNALS.map((signal) => ({ signal, title: signal, unit: 'share', app: 'backend' as App, pod })),
  );
  const run: RunEvent = { ...RUN_EVENT, id: 'long', experiment: 'cpu-stress', length: 'full' };
  const arm = 'default';
  const seconds = Array.from({ length: SECONDS }, (_, second) => second);
  const wave = (curve: number) =>
    seconds.map((s) => Number((0.5 + 0.5 * Math.sin(s * (1 + curve))).toFixed(3)));
  return [
    setup,
    { type: 'arm', arm, title: arm, run, plannedSeconds: SECONDS },
    { type: 'event', arm, event: { type: 'phase', t: 0, name: 'load' } },
    ...curves.map((curve): PageEvent => ({ type: 'curve', arm, curve })),
    ...pods.map((pod): PageEvent => ({
      type: 'event',
      arm,
      event: { type: 'pod', t: 1, pod, app: 'backend', reason: 'Ready', message: '' },
    })),
    { type: 'frames', arm, seconds, columns: [...setup.curves, ...curves].map((_, index) => wave(index)) },
  ];
}

/** Frames per second that the page draws during an action. */
async function framesPerSecond(doing: (step: number) => Promise<void>): Promise<number> {
  await page.evaluate(`window.frames0 = 0; window.begun = performance.now();
    window.counting = true;
    (function count() { window.frames0++; if (window.counting) requestAnimationFrame(count); })()`);
  for (let step = 0; step < 60; step++) await doing(step);
  return (await page.evaluate(
    '(window.counting = false, window.frames0 / (performance.now() - window.begun) * 1000)',
  )) as number;
}

test('an hour of ten pods fits into a file of less than 2 MB', () => {
  expect(statSync(join(folder, 'long.html')).size).toBeLessThan(2_000_000);
});

test('the page scrolls at 50 frames per second or more', async () => {
  await page.mouse.move(640, 400);
  await undisturbed(async () => {
    const rate = await framesPerSecond(async (step) => {
      await page.mouse.wheel(0, step < 30 ? 60 : -60);
      await page.waitForTimeout(16);
    });
    console.log(`scrolling: ${rate.toFixed(1)} frames a second`);
    expect(rate).toBeGreaterThanOrEqual(50);
  });
});
