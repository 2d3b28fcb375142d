import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { experiment } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';
import { questionOf } from '../../lab/verdict/prediction';
import { pageAssets } from '../../lab/watch/assets';
import { PageLog } from '../../lab/watch/log';
import { eventsOf } from '../../lab/watch/replay';
import type { Mode } from '../../lab/watch/protocol';
import { setupMessage } from '../../lab/watch/setup';
import { startWatchServer, type WatchServer } from '../../lab/watch/server';
import { launch, openPage, ROOT, seriousIssues } from './browser';

let browser: Browser;
let server: WatchServer | undefined;
let page: Page;
beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  await page?.close();
  await server?.close();
  server = undefined;
});
afterAll(() => browser?.close());

/** Opens the page of a committed run. */
async function open(
  name: string,
  mode: Mode,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<void> {
  const log = new PageLog();
  eventsOf(judgeRun(join(ROOT, 'loadtests', name, 'recordings', 'held')), mode, 1).forEach(log.push);
  await openLog(log, options);
  if (mode === 'report') await page.locator('.verdict:not([data-outcome="open"])').waitFor();
}

async function openLog(log: PageLog, options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  server = await startWatchServer({ log, assets: pageAssets() });
  ({ page } = await openPage(browser, server.url, options));
  await page.locator('.timeline').waitFor();
}

/** Moves the timeline of a page that stands still, and waits until the page has drawn. */
async function goTo(second: number): Promise<void> {
  await page.locator('.scrubber input').fill(String(second));
  await drawn();
}

const drawn = () =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
const slider = async (): Promise<number> => Number(await page.locator('.scrubber input').inputValue());
const focused = (): Promise<string | null> =>
  page.evaluate('document.activeElement.id || document.activeElement.className');

describe('a run whose pod the liveness probe kills', () => {
  test('never speaks of an OOM kill, and says at each kill what happened', async () => {
    await open('noisy-probe', 'report');
    const last = Number(await page.locator('.scrubber input').getAttribute('max'));
    const badges = new Set<string>();
    for (let second = 0; second <= last; second++) {
      await goTo(second);
      badges.add((await page.locator('.node.backend .badge').textContent()) ?? '');
    }
    expect([...badges].join('\n')).toContain('killed because its liveness probe failed');
    expect([...badges].join('\n')).not.toContain('OOM');
  });

  test('has a labelled mark in the lane, a tick in the timeline and a line for each kill', async () => {
    await open('noisy-probe', 'report');
    const marks = page.locator('.mark.killed');
    const kills = await marks.count();
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(new Set(await marks.allTextContents())).toEqual(new Set(['✕ liveness probe']));
    expect(await page.locator('.tick.killed').count()).toBe(kills);
    expect(await page.locator('.events .bad', { hasText: 'failed liveness probe' }).count()).toBe(kills);
    expect(await page.locator('.mark.oom, .tick.oom').count()).toBe(0);
  });
});

describe('a link of the evidence', () => {
  test('moves the timeline, marks the moment in the charts, and leaves the verdict', async () => {
    await open('cpu-stress', 'report');
    const link = page.locator('.chain ol li', { hasText: 'CPU use was at its limit' }).locator('.moment');
    const [second] = /\d+/.exec((await link.textContent())!)!;
    await link.click();
    await drawn();
    expect(await slider()).toBe(Number(second));
    expect(await focused()).toBe('chart-cpu');
    expect(await page.locator('#chart-cpu .marker').textContent()).toBe(`${second} s`);
    expect(await page.locator('.verdict').getAttribute('data-outcome')).toBe('held');
    expect(await page.locator('.at').textContent()).toContain(`At ${second} s`);
  });

  test.each([
    ['victim-slows', 'chart-latency-victim'],
    ['control-unharmed', 'chart-latency-control'],
    ['throughput-drops', 'chart-rate-aggressor'],
  ])('of the claim %s goes to %s', async (claim, chart) => {
    await open('cascade-failure', 'report');
    const { says } = experiment('cascade-failure').claims.find(({ id }) => id === claim)!;
    await page
      .locator('.claim', { hasText: says.slice(1) })
      .locator('.moment')
      .click();
    expect(await focused()).toBe(chart);
  });

  test('of a kill goes to the pods', async () => {
    await open('noisy-probe', 'report');
    await page.locator('.chain ol li', { hasText: 'killed the container' }).locator('.moment').click();
    expect(await focused()).toBe('lanes');
  });
});

test('another arm shows its own verdict, claims and command, and says whose claims they are', async () => {
  await open('noisy-probe', 'report');
  expect(await page.locator('.cause').textContent()).toBe('Liveness probe');
  await page.getByRole('button', { name: 'probes that wait ten seconds', exact: true }).click();
  await page.locator('.of-arm', { hasText: 'probes that wait ten seconds' }).waitFor();
  expect(await page.locator('.cause').textContent()).not.toContain('Liveness probe');
  const killed = page.locator('.claim', { hasText: 'kills the pod at least twice' });
  expect(await killed.getAttribute('data-result')).toBe('refuted');
  const command = page.locator('.command code');
  expect(await command.textContent()).toMatch(/^npx lab run noisy-probe .*--set backend\./);
  await page.getByRole('button', { name: 'As it is', exact: true }).click();
  expect(await command.textContent()).not.toContain('--set');
  expect(await killed.getAttribute('data-result')).toBe('held');
});

test('after a live run, controls and values are those of its replay', async () => {
  const shown = async (mode: Mode) => {
    await open('cpu-stress', mode);
    if (mode === 'replay') await page.keyboard.press('End');
    await page.locator('.verdict[data-outcome="held"]').waitFor();
    await drawn();
    const texts = (selector: string) => page.locator(selector).allTextContents();
    const found = {
      play: await page.locator('.play').getAttribute('aria-label'),
      hasSpeed: await page.getByLabel('Playback speed').isVisible(),
      time: await texts('.time'),
      moment: await texts('.at'),
      map: await texts('.map .value'),
      claims: await texts('.claim'),
      slider: await slider(),
    };
    await page.close();
    await server!.close();
    return found;
  };
  const [live, replayed] = [await shown('live'), await shown('replay')];
  expect(live).toEqual(replayed);
  expect(live).toMatchObject({ play: 'Play', hasSpeed: true });
  expect(live.map[0]).toMatch(/^offered 50\/s/);
});

test('at the end, each claim is decided alike in the list and in the charts', async () => {
  for (const name of ['baseline', 'cascade-failure', 'io-stress']) {
    await open(name, 'report');
    expect(await page.locator('.claim[data-result="open"]').count()).toBe(0);
    expect(await page.locator('.chart-claims .claim-open').count()).toBe(0);
    await page.close();
    await server!.close();
  }
});

test('the same second is at the same place in every chart, with a right axis or without, and in the lanes', async () => {
  await open('db-pool-exhaust', 'report', { viewport: { width: 1280, height: 9000 } });
  await page.locator('#chart-postgres .u-over').waitFor();
  const gaps = (await page.evaluate(`[...document.querySelectorAll('.plot, .strip')].map((outer) => {
    const inner = outer.querySelector('.u-over, .area').getBoundingClientRect();
    const box = outer.getBoundingClientRect();
    return [Math.round(inner.left - box.left), Math.round(box.right - inner.right)].join();
  })`)) as string[];
  expect(gaps.length).toBeGreaterThan(12);
  expect(new Set(gaps)).toEqual(new Set(['52,44']));
});

test('on paper, every chart is whole and headings keep what they are about', async () => {
  await open('cascade-failure', 'report', { viewport: { width: 1400, height: 900 } });
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await drawn();
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 718, height: 1000 });
  const found = (await page.evaluate(`({
    cut: [...document.querySelectorAll('.chart')].filter((chart) => {
      const [box, picture] = [chart, chart.querySelector('canvas')].map((one) => one?.getBoundingClientRect());
      return !picture || picture.width < 100 || picture.right > box.right || picture.bottom > box.bottom;
    }).map(({ id }) => id),
    loose: [...document.querySelectorAll('h2, h3, h4')].filter((heading) => getComputedStyle(heading).breakAfter !== 'avoid').length,
    width: document.documentElement.scrollWidth,
  })`)) as { cut: string[]; loose: number; width: number };
  expect(found).toEqual({ cut: [], loose: 0, width: 718 });
});

test('the prediction fits a phone', async () => {
  const log = new PageLog();
  const subject = {
    name: 'cpu-stress',
    experiment: experiment('cpu-stress'),
    lesson: '',
    judgedArm: 'default',
  };
  log.push({ ...setupMessage(subject, 'live'), question: questionOf(subject.experiment) });
  await openLog(log, { viewport: { width: 390, height: 844 } });
  await page.getByRole('button', { name: 'Predict and start' }).waitFor();
  const rights = (await page.evaluate(
    `[...document.querySelectorAll('.question select, .question input, .question button')].map((field) => field.getBoundingClientRect().right)`,
  )) as number[];
  expect(rights).toHaveLength(5);
  for (const right of rights) expect(right).toBeLessThanOrEqual(390 - 12);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});

test('`?` shows the keys, and Escape hides them again', async () => {
  await open('cpu-stress', 'report');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('plays and pauses').waitFor();
  expect(await seriousIssues(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test.each(['slider', 'combobox'] as const)(
  'keys that the %s does not use work while it has the focus',
  async (role) => {
    await open('cpu-stress', 'report');
    await page.getByRole(role).focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('plays and pauses').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Whole run' }).waitFor();
    await page.getByRole(role).focus();
    await page.keyboard.press('End');
    expect(await page.getByRole('combobox').inputValue()).toBe(role === 'combobox' ? '50' : '1');
  },
);

test('space plays also while the slider has the focus', async () => {
  await open('cpu-stress', 'report');
  await page.getByRole('slider').focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
});

test('the keyboard reaches play first, however many arms there are', async () => {
  await open('noisy-probe', 'report');
  expect(await page.locator('.arm-choice').count()).toBeGreaterThan(1);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('play');
});

test('in a replay that goes on, the moment of a claim keeps the claim decided and is marked', async () => {
  await open('cpu-stress', 'replay');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await goTo(15);
  const claim = page.locator('.claim:not([data-result="open"])', { has: page.locator('.moment:visible') });
  const decided = await claim.count();
  expect(decided).toBeGreaterThan(0);
  await claim.first().locator('.moment').click();
  await drawn();
  expect(await slider()).toBeLessThan(15);
  expect(await claim.count()).toBe(decided);
  expect(await page.locator('.plot .marker:not([hidden])').count()).toBeGreaterThan(0);
});

test('after printing, a chart that is out of sight is not drawn', async () => {
  await open('cascade-failure', 'report', { viewport: { width: 1400, height: 900 } });
  await page.evaluate(`(() => {
    window.painted = new Set();
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      window.painted.add(this.canvas.closest('.chart')?.id);
      return clearRect.apply(this, box);
    };
  })()`);
  const paintedAt = async (second: number): Promise<number> => {
    await page.evaluate('window.painted.clear()');
    await goTo(second);
    return page.evaluate<number>('window.painted.size');
  };
  const charts = await page.locator('.chart').count();
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  expect(await paintedAt(5)).toBe(charts);
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  expect(await paintedAt(6)).toBeLessThan(charts);
});

test('the pods are in the same order however often the page is loaded', async () => {
  const orders = new Set<string>();
  for (const mode of ['report', 'live', 'replay', 'replay'] as const) {
    await open('db-pool-exhaust', mode);
    await page.locator('.lane').nth(2).waitFor();
    await drawn();
    orders.add((await page.locator('.lane .pod').allTextContents()).join());
    await page.close();
    await server!.close();
  }
  expect([...orders]).toHaveLength(1);
  expect([...orders][0]).toMatch(/^backend-.*,downstream-.*,postgres-0$/);
});
