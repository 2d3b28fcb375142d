import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome, type Result, type Row } from '../../bench/harness/result';
import { requires } from '../support/requirements';
import { PROJECT } from './lab';

/**
 * The benchmarks in their shortest form, on whatever machine this is. Only ratios are judged, and with a margin: what
 * misses a goal by more is a fault, not a busy neighbour.
 */
const MARGIN = 0.2;

/** @throws Error when it fails. */
function bench(subject: string): Result {
  const out = join(tmpdir(), `lab-bench-${randomUUID()}.json`);
  const args = ['run', '-s', 'bench', '--', subject, '--short', '--out', out];
  const { status, stderr, stdout } = spawnSync('npm', args, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench ${subject} exited with ${status}:\n${stdout}\n${stderr}`);
  const [result] = JSON.parse(readFileSync(out, 'utf8')) as Result[];
  rmSync(out);
  console.log(stdout);
  return result as Result;
}

/** What misses its goal by more than the margin, on a machine that is quiet enough to tell. */
function missed({ rows, noise }: Result): string[] {
  return rows.filter((row) => outcome(lenient(row), noise) === 'missed').map(({ what }) => what);
}

function lenient(row: Row): Row {
  if (row.goal?.of !== 'ratio') return { ...row, goal: undefined };
  const { is, value } = row.goal;
  return { ...row, goal: { ...row.goal, value: is === '>=' ? value * (1 - MARGIN) : value * (1 + MARGIN) } };
}

/** Measures once more when a goal is missed: others may have come and gone. */
function twice(subject: string): string[] {
  return missed(bench(subject)).length === 0 ? [] : missed(bench(subject));
}

requires('k6')('the load generator', () => {
  it('answers for the same CPU as many requests more than k6 as it should, and is as exact', () => {
    expect(twice('generator')).toEqual([]);
  });
});

describe('the service', () => {
  it('is as near to node:http, and measures itself as cheaply, as it should', () => {
    expect(twice('service')).toEqual([]);
  });
});

describe('starting', () => {
  it('synthesizes in little more time than an app of one object', () => {
    expect(twice('start')).toEqual([]);
  });
});

describe('recordings', () => {
  it('a million events are judged within ten times the parsing of their lines', () => {
    const judged = bench('recording').rows.find(({ what }) => what.startsWith('judging it again'));
    expect(judged!.ratio!.median).toBeLessThan(10);
  });
});
