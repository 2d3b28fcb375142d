import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome, type Result, type Row } from '../../bench/harness/result';
import { PROJECT } from './lab';

/**
 * Runs the benchmarks in their shortest form on this machine. It judges only ratios, with a margin: missing a
 * goal by more than the margin is a defect, not the effect of a busy neighbour.
 */
const MARGIN = 0.2;

/** @throws Error if the benchmark fails. */
export function bench(subject: string): Result {
  const out = join(tmpdir(), `lab-bench-${randomUUID()}.json`);
  const args = ['run', '-s', 'bench', '--', subject, '--short', '--out', out];
  const { status, stderr, stdout } = spawnSync('npm', args, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench ${subject} exited with ${status}:\n${stdout}\n${stderr}`);
  const [result] = JSON.parse(readFileSync(out, 'utf8')) as Result[];
  rmSync(out);
  console.log(stdout);
  return result as Result;
}

/** Rows that miss their goals by more than the margin, if the machine is quiet enough to tell. */
function missed({ rows, noise }: Result): string[] {
  return rows.filter((row) => outcome(lenient(row), noise) === 'missed').map(({ what }) => what);
}

function lenient(row: Row): Row {
  if (row.goal?.of !== 'ratio') return { ...row, goal: undefined };
  const { is, value } = row.goal;
  return { ...row, goal: { ...row.goal, value: is === '>=' ? value * (1 - MARGIN) : value * (1 + MARGIN) } };
}

/** Repeats the measurement if a goal was missed: another process may have disturbed the first one. */
export function twice(subject: string): string[] {
  return missed(bench(subject)).length === 0 ? [] : missed(bench(subject));
}
