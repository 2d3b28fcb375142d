import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { experimentNames } from '../../lab/run/catalogue';
import { launch, openPage, ROOT, seriousIssues } from './browser';

const recordingOf = (name: string): string => join(ROOT, 'loadtests', name, 'recordings', 'held');

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'lab-report-'));
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

function report(recording: string, name: string): URL {
  const out = join(folder, `${name}.html`);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin', 'lab.js'), 'report', recording, '--out', out],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return pathToFileURL(out);
}

const STORY = [
  'baseline',
  'cpu-stress',
  'memory-stress',
  'cascade-failure',
  'db-pool-exhaust',
  'io-stress',
].filter((name) => experimentNames().includes(name));

describe.each(STORY)('the report of %s', (name) => {
  it('is one small file that opens from disk, verdict first, without network requests or errors', async () => {
    const url = report(recordingOf(name), name);
    const { page, complaints, requests } = await openPage(browser, url.href, { offline: true });
    await page.locator('.verdict[data-outcome="held"]').waitFor();
    expect(await page.locator('main > section').first().getAttribute('class')).toBe('verdict');
    await page.locator('#chart-cpu').scrollIntoViewIfNeeded();
    await page.locator('#chart-cpu .uplot').waitFor();
    expect(requests.filter((asked) => !/^(file|data):/.test(asked))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(statSync(url).size).toBeLessThan(2_000_000);
    await page.close();
  });
});

test('a link in the evidence jumps to its moment in the charts', async () => {
  const { page } = await openPage(browser, report(recordingOf('cpu-stress'), 'jump').href);
  const link = page.locator('.chain ol .moment').first();
  const second = await link.textContent();
  await link.click();
  expect(await page.locator('.chart:focus').count()).toBe(1);
  await page.locator('.at', { hasText: `At ${second}` }).waitFor();
  await page.close();
});

test('the report shows hostile texts of a recording and does not execute them', async () => {
  const hostile = '</script><img src=x onerror="document.title=1"><script>document.title=2</script>';
  const lines = readFileSync(join(recordingOf('cpu-stress'), 'default.jsonl'), 'utf8').split('\n');
  const poisoned = lines.map((line) =>
    line.startsWith('{"type":"pod"')
      ? JSON.stringify({ ...(JSON.parse(line) as object), message: hostile })
      : line.replace('"lab":"0.1.0"', `"lab":${JSON.stringify(hostile)}`),
  );
  writeFileSync(join(folder, 'default.jsonl'), poisoned.join('\n'));
  const { page, complaints } = await openPage(browser, report(folder, 'hostile').href);
  await page.locator('.facts dd', { hasText: hostile }).waitFor();
  expect(await page.locator('main img').count()).toBe(0);
  expect(await page.title()).toMatch(/^cpu-stress/);
  expect(complaints).toEqual([]);
  await page.close();
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const)('axe finds nothing serious in the %s scheme at a width of %d', async (colorScheme, width) => {
  const { page } = await openPage(browser, report(recordingOf('memory-stress'), 'axe').href, {
    colorScheme,
    viewport: { width, height: 800 },
  });
  await page.locator('.mark.oom').first().waitFor({ state: 'attached' });
  expect(await seriousIssues(page)).toEqual([]);
  // Nothing is wider than the screen.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  await page.close();
});
