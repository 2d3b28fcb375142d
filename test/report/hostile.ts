import { resolve } from 'node:path';
import fc from 'fast-check';
import type { Report } from '../../lab/report/report';
import { visible } from '../../lab/report/visible';
import { judgeRun } from '../../lab/run/judge-run';

let judgedArm: Report | undefined;

/** A report with content in every part. Its recording is read and judged once. */
export function sampleReport(): Report {
  judgedArm ??= judgeRun(resolve(__dirname, '../../loadtests/cascade-failure/recordings/held'));
  return {
    ...judgedArm,
    folder: 'runs/sample',
    changes: [{ path: 'backend.replicas', value: '2', default: '1' }],
    prediction: {
      right: 1,
      parts: [
        { part: 'cause', predicted: 'cpu limit', mark: 'wrong', because: 'CPU use stayed below its limit' },
        { part: 'at', predicted: '20 s', mark: 'right', because: 'it came at 21 s' },
      ],
    },
  };
}

/** Texts that break terminals, tables, markup and shells, mixed with ordinary words. */
const MEAN = [
  ...['\x1b[2J', '\x1b]0;title\x07', '\r', '\n', '\u202e', '\u2028', '\ud800', '\0', '\ufffe', '\u0085'],
  ...['<script>alert(1)</script>', '</testcase>', '<!--', ']]>', '<![CDATA[', '&amp;', '&#0;', '"', "'", '<'],
  ...['|', '`', '```', '*b*', '__i__', '[a](http://b)', '![i](j)', '~~s~~', '\\', '#', '$x$', 'www.x.y'],
  ...['- ', '+ ', '1. ', '2) ', '> ', '===', '---', '    ', '\t', ' ', '$(reboot)', ';', '😀', 'http://x.y'],
];

export const hostileText = fc
  .array(
    fc.oneof(fc.constantFrom(...MEAN), fc.string({ unit: 'binary', maxLength: 5 }), fc.constant('word')),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

/** Whether a text contains characters that a report spells out; it then reads differently on purpose. */
export const isSpelledOut = (text: string): boolean => visible(text) !== text;

/** Fields that the lab fills from its own lists. */
const OWN = new Set(['result', 'outcome', 'mark', 'part', 'length', 'type', 'rung']);

/** The report with its texts replaced, as if a stranger had written the recording. */
export function withTexts(report: Report, replace: (text: string) => string): Report {
  const { evidence, ...shown } = report;
  return { ...(replaceIn(shown, replace) as Omit<Report, 'evidence'>), evidence };
}

function replaceIn(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, OWN.has(key) ? inner : replaceIn(inner, replace)]),
  );
}
