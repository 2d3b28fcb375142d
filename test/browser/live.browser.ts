import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launch, openPage, seriousIssues, startLab, type Lab } from './browser';

let browser: Browser;
let lab: Lab | undefined;
let folder: string;
beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'lab-live-'));
});
afterEach(() => lab?.stop());
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** The current pixels of a chart's canvas. */
const picture = (page: Page, chart: string): Promise<unknown> =>
  page.evaluate(`document.querySelector('#chart-${chart} canvas').toDataURL()`);

const isOver = { timeout: 150_000 };

test('a live run of cpu-stress accepts a prediction, moves its lines and ends with a verdict and a score', async () => {
  lab = await startLab('run', 'cpu-stress', '--watch', '--predict', '--port', '0', '--out', folder);
  const { page, complaints } = await openPage(browser, lab.url);
  await page.getByLabel('What will fail?').selectOption('cpu limit');
  await page.getByLabel('How many seconds after the load begins?').fill('2');
  expect(await seriousIssues(page)).toEqual([]);
  await page.getByRole('button', { name: 'Predict and start' }).click();
  await page.getByText('Predicted: the cause is cpu limit, after 2 s.').waitFor();
  await page.locator('.so-far', { hasText: 'Under load' }).waitFor(isOver);
  await page.locator('#chart-cpu').scrollIntoViewIfNeeded();
  await page.locator('#chart-cpu canvas').waitFor();
  const before = await picture(page, 'cpu');
  await page.locator('.so-far', { hasText: /Under load, (9|[1-3]\d) s/ }).waitFor(isOver);
  expect(await picture(page, 'cpu')).not.toBe(before);
  await page.locator('.verdict:not([data-outcome="open"])').waitFor(isOver);
  await page.getByText('The prediction: 2 of 2 right').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test('a live run of memory-stress shows the OOM mark while it runs, also in a page opened late', async () => {
  lab = await startLab('run', 'memory-stress', '--watch', '--port', '0', '--out', folder);
  const { page } = await openPage(browser, lab.url);
  await page
    .locator('.mark.oom')
    .first()
    .waitFor({ ...isOver, state: 'attached' });
  expect(await page.locator('.verdict').getAttribute('data-outcome')).toBe('open');
  const late = await openPage(browser, lab.url);
  await late.page.locator('.mark.oom').first().waitFor({ state: 'attached' });
  for (const one of [page, late.page])
    await one.locator('.verdict:not([data-outcome="open"])').waitFor(isOver);
  const [told, toldLate] = await Promise.all(
    [page, late.page].map((one) => one.locator('.events li').allTextContents()),
  );
  expect(toldLate).toEqual(told);
  await page.close();
  await late.page.close();
});
