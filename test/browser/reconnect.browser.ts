import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { judgeRun } from '../../lab/run/judge-run';
import { pageAssets } from '../../lab/watch/assets';
import { PageLog } from '../../lab/watch/log';
import { eventsOf } from '../../lab/watch/replay';
import { startWatchServer } from '../../lab/watch/server';
import { launch, openPage, ROOT } from './browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test('a page that loses its connection resumes where it was and misses nothing', async () => {
  const recording = join(ROOT, 'loadtests', 'memory-stress', 'recordings', 'held');
  const events = eventsOf(judgeRun(recording), 'live');
  const half = Math.floor(events.length / 2);
  const log = new PageLog();
  const assets = pageAssets();
  const first = await startWatchServer({ log, assets });
  events.slice(0, half).forEach(log.push);
  const { page } = await openPage(browser, first.url);
  await page.locator('.timeline').waitFor();
  await page.evaluate(`document.querySelector('.top').dataset.seen = 'before'`);
  await first.close();
  await page.locator('.mode.away').waitFor();
  events.slice(half).forEach(log.push);
  const second = await startWatchServer({ log, assets, port: Number(new URL(first.url).port) });
  await page.locator('.verdict[data-outcome="held"]').waitFor();
  // The page resumed; it did not start over.
  expect(await page.locator('.top').getAttribute('data-seen')).toBe('before');
  const told = await page.locator('.events li').allTextContents();
  const whole = await openPage(browser, second.url);
  await whole.page.locator('.verdict[data-outcome="held"]').waitFor();
  expect(told).toEqual(await whole.page.locator('.events li').allTextContents());
  await page.close();
  await whole.page.close();
  await second.close();
});
