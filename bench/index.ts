/** npm run bench [-- [name…] [--rounds N] [--seconds N] [--short] [--save]] */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { save } from './document';
import { HostWatch, machine } from './harness/host';
import type { Result } from './harness/result';
import type { Conditions, Subject } from './harness/subject';
import { asText } from './harness/table';
import { SUBJECTS } from './subjects';

const USAGE = `npm run bench -- [${SUBJECTS.map(({ name }) => name).join(' | ')}]… [options]
  --rounds N    number of rounds, each of four measurements, A B B A (default 3; 1 with --short)
  --seconds N   length of one measurement (default 2)
  --short       run only the most telling measurements: a quick check without figures to save
  --out FILE    write the figures as JSON
  --save        save the figures to bench/results.json and docs/performance.md`;

type Size = Pick<Conditions, 'rounds' | 'seconds' | 'short'>;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string', default: '2' },
      out: { type: 'string' },
      short: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.save && values.short) throw new UsageError('--save and --short cannot be combined.');
  const results: Result[] = [];
  const size = {
    rounds: number('rounds', values.rounds ?? (values.short ? '1' : '3')),
    seconds: number('seconds', values.seconds),
    short: values.short,
  };
  for (const subject of chosen(positionals)) {
    const result = await measured(subject, size);
    console.log(asText(result));
    results.push(result);
    if (values.save) save(result);
  }
  if (values.out) write(values.out, results);
}

function chosen(names: string[]): Subject[] {
  const unknown = names.find((name) => !SUBJECTS.some((subject) => subject.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no subject ${JSON.stringify(unknown)}.`);
  return names.length === 0 ? SUBJECTS : SUBJECTS.filter(({ name }) => names.includes(name));
}

async function measured(subject: Subject, size: Size): Promise<Result> {
  const { name, title, ours, theirs } = subject;
  const skipped: string[] = [];
  const missing = subject.missing?.();
  if (missing) skipped.push(missing);
  console.error(`${name}: measuring …`);
  const host = new HostWatch();
  const conditions = { host, ...size, skip: (what: string) => void skipped.push(what) };
  const { rounds, seconds } = size;
  const rows = missing ? [] : await subject.measure(conditions);
  const at = new Date().toISOString().slice(0, 10);
  return {
    subject: name,
    title,
    ours,
    theirs,
    rows,
    noise: host.close(),
    skipped,
    rounds,
    seconds,
    at,
    machine: machine(),
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} ${text}: it must be a number above 0.`);
  return value;
}

function write(file: string, results: Result[]): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

class UsageError extends Error {}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
