import type { Browser, Page } from 'playwright-core';
import { launch, openPage, startLab, type Lab } from './browser';

let browser: Browser;
let lab: Lab | undefined;
beforeAll(async () => {
  browser = await launch();
});
afterEach(() => lab?.stop());
afterAll(() => browser?.close());

const CAUSES = [
  ['baseline', 'Healthy'],
  ['cpu-stress', 'CPU limit'],
  ['memory-stress', 'Memory limit'],
  ['cascade-failure', 'Slow dependency'],
  ['db-pool-exhaust', 'Connection pool'],
  ['io-stress', 'Slow I/O only'],
] as const;

const second = async (page: Page): Promise<number> =>
  Number(await page.locator('.scrubber input').inputValue());

test.each(CAUSES)('the replay of %s plays and ends with its verdict: %s', async (name, cause) => {
  lab = await startLab('watch', name, '--speed', '50', '--port', '0');
  const { page, complaints } = await openPage(browser, lab.url);
  await page.locator('.verdict[data-outcome="held"]').waitFor();
  expect(await page.locator('.cause').textContent()).toBe(cause);
  expect(await page.locator('.claim:not([data-result="held"])').count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
});

test('on a slow connection a replay waits for the data that is still arriving and plays to its end', async () => {
  lab = await startLab('watch', 'baseline', '--speed', '1000', '--port', '0');
  const page = await browser.newPage();
  const debug = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: 150_000, uploadThroughput: -1 };
  await debug.send('Network.emulateNetworkConditions', slow);
  await page.goto(lab.url);
  await page.locator('.verdict[data-outcome="held"]').waitFor();
  await page.close();
});

test('a replay can be paused and moved through with the keyboard', async () => {
  lab = await startLab('watch', 'memory-stress', '--speed', '1', '--port', '0');
  const { page } = await openPage(browser, lab.url);
  await page.locator('.scrubber input').waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await page.keyboard.press('Home');
  expect(await second(page)).toBe(0);
  expect(await page.locator('.mark.oom').count()).toBe(0);
  await page.keyboard.press('Shift+ArrowRight');
  await page.locator('.mark.oom').first().waitFor({ state: 'attached' });
  await page.locator('.verdict[data-outcome="open"]').waitFor();
  await page.keyboard.press('End');
  await page.locator('.verdict[data-outcome="held"]').waitFor();
  await page.close();
});
