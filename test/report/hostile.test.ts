import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { FORMATS, render } from '../../lab/report/formats';
import { childrenOf, outlineOfMarkdown, parseXml } from './documents';
import { hostileText, isSpelledOut, sampleReport, withTexts } from './hostile';

const format = (name: string) => FORMATS.find((one) => one.name === name)!;
const sample = sampleReport();
const ESCAPE = '\u001b[';
const RUNS = { numRuns: 300 };

describe('whatever a recording contains', () => {
  it('the Markdown keeps its shape: words never become headings, lists, links or HTML', () => {
    const rendered = (text: string) => render(format('md'), [withTexts(sample, () => text)]);
    const plain = outlineOfMarkdown(rendered('word')).shape;
    fc.assert(
      fc.property(
        hostileText.filter((text) => text.trim() !== ''),
        (text) => {
          const { shape, words } = outlineOfMarkdown(rendered(text));
          expect(shape).toEqual(plain);
          if (!/\s/.test(text) && !isSpelledOut(text)) expect(words).toContain(text);
        },
      ),
      RUNS,
    );
  });

  it('the rows of the Markdown tables keep their cells', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const lines = render(format('md'), [withTexts(sample, () => text)]).split('\n');
        const head = lines.indexOf('| claim | result | measured |');
        // The table ends at the first empty line. Fenced text below it may begin with a bar.
        for (const row of lines.slice(head, lines.indexOf('', head))) {
          expect(row.replace(/\\./g, '').match(/\|/g)).toHaveLength(4);
        }
        expect(lines.indexOf('', head) - head).toBe(sample.verdict.findings.length + 2);
      }),
      RUNS,
    );
  });

  it('the JUnit report is well-formed and says the same', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const suite = childrenOf(parseXml(render(format('junit'), [withTexts(sample, () => text)])))[0]!;
        const cases = childrenOf(suite).filter(({ tagName }) => tagName === 'testcase');
        expect(cases).toHaveLength(sample.verdict.findings.length);
        const shown = isSpelledOut(text) ? '' : text;
        for (const one of cases) expect(one.getAttribute('name')).toContain(shown);
      }),
      RUNS,
    );
  });

  it('the JSON report is valid JSON and keeps the lines of a text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [read] = JSON.parse(render(format('json'), [withTexts(sample, () => text)]));
        expect(read.findings).toHaveLength(sample.verdict.findings.length);
        expect(read.title.split('\n')).toHaveLength(text.split('\n').length);
      }),
      RUNS,
    );
  });

  it("the terminal output contains the report's own colours and no other control characters", () => {
    const colours = (text: string) =>
      text
        .split(ESCAPE)
        .slice(1)
        .map((part) => part.slice(0, part.indexOf('m')));
    const rendered = (text: string) => render(format('text'), [withTexts(sample, () => text)]);
    const own = colours(rendered('word'));
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = rendered(text);
        expect(colours(shown)).toEqual(own);
        expect(stripVTControlCharacters(shown)).not.toMatch(
          /[^\P{Cc}\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u,
        );
      }),
      RUNS,
    );
  });
});
