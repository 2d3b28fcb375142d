import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { judgeRun } from '../../lab/run/judge-run';
import { jsonInHtml, standalonePage } from '../../lab/watch/html';
import { lessonHtml } from '../../lab/watch/lesson';
import type { PageEvent } from '../../lab/watch/protocol';
import { eventsOf } from '../../lab/watch/replay';

const ASSETS = { script: 'const end = "</script><!--<script>";', style: 'body{color:red}' };
const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>\u2028"\'&<!--';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The scripts as a browser finds them: each ends at its first end tag, whatever surrounds it. */
function scriptsOf(html: string): { attributes: string; text: string }[] {
  return [...html.matchAll(/<script([^>]*)>([^]*?)<\/script/g)].map(([, attributes = '', text = '']) => ({
    attributes,
    text,
  }));
}

describe('a page in one file', () => {
  const events = [{ type: 'event', arm: HOSTILE, event: { message: HOSTILE } }] as unknown as PageEvent[];
  const html = standalonePage(HOSTILE, events, ASSETS);
  const [data, program, ...others] = scriptsOf(html);

  it('runs only the script that its policy names', () => {
    expect(others).toEqual([]);
    expect(html).toContain(`script-src ${hash(program!.text).replaceAll("'", '&#39;')}`);
    expect(html).toContain(`style-src ${hash(ASSETS.style).replaceAll("'", '&#39;')}`);
    expect(html).not.toContain('unsafe');
  });

  it('keeps its program unchanged', () => {
    expect(new Function(`${program!.text}; return end`)()).toBe('</script><!--<script>');
  });

  it('shows hostile texts of a recording as text', () => {
    expect(data!.attributes).toContain('application/json');
    expect(JSON.parse(data!.text)).toEqual(events);
    expect(html).not.toContain('<img');
  });

  it('loads nothing from elsewhere', () => {
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).toContain('default-src &#39;none&#39;');
  });
});

test('any text comes out of the page unchanged and never ends its element', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const written = jsonInHtml(value);
      expect(written).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.stringify(JSON.parse(written))).toBe(JSON.stringify(value));
    }),
  );
});

describe('a lesson', () => {
  it('becomes HTML', () => {
    expect(lessonHtml('# One\n\n**Two** `three`\n\n- four')).toBe(
      '<h3>One</h3>\n<p><strong>Two</strong> <code>three</code></p>\n<ul>\n<li>four</li>\n</ul>\n',
    );
  });

  it.each([
    ['<script>alert(1)</script>', /<script/],
    ['text <img src=x onerror=alert(1)>', /<img/],
    ['[click](javascript:alert(1))', /<a /],
    ['[click](data:text/html,x)', /<a /],
    ['![x](https://example.org/a.png)', /<img/],
    ['`<b>`', /<b>/],
    ['[a](https://example.org/"onclick="x)', / onclick=/],
  ])('holds no markup but its own: %s', (markdown, never) => {
    expect(lessonHtml(markdown)).not.toMatch(never);
  });
});

test('a recorded run is embedded completely and compactly: arms, values, claims and verdicts', () => {
  const folder = resolve(__dirname, '../../loadtests/db-pool-exhaust/recordings/held');
  const report = judgeRun(join(folder));
  const events = eventsOf(report, 'report');
  const arms = events.filter(({ type }) => type === 'arm');
  expect(arms).toHaveLength(report.evidence.arms.size);
  expect(arms[0]).toMatchObject({ arm: 'default' });
  expect(events.filter(({ type }) => type === 'verdict')).toHaveLength(arms.length);
  expect(JSON.stringify(events).length).toBeLessThan(500_000);
});
