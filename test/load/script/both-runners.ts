import { requires } from '../../support/requirements';
import { runWhole, type Sample } from './harness';
import { runK6 } from './real-k6';
import { write } from './temp-script';

/** A script of one iteration, and the lines that it logs. */
export interface ScriptCase {
  name: string;
  source: string;
  lines: string[];
}

type Env = () => Record<string, string>;

/** Tests that the embedded load generator logs the expected lines, and that k6 (if installed) does, too. */
export function logsInBothRunners(cases: ScriptCase[], env: Env = () => ({})): void {
  test.each(cases)('$name', async ({ source, lines }) => {
    const host = await runWhole(write(source), env());
    expect(host.lines.filter(isScriptLine)).toEqual(lines);
  });

  requires('k6')('and in k6', () => {
    test.each(cases)('$name', async ({ source, lines }) => {
      expect((await runK6(write(source), env())).lines).toEqual(lines);
    });
  });
}

const isScriptLine = (line: string) => !line.startsWith('warning: ');

/** The samples of both runners whose metric's name begins with `prefix`: how many there are by metric and tags. */
export async function samplesOfBoth(source: string, env: Record<string, string>, prefix: string) {
  const path = write(source);
  const ours = await runWhole(path, env);
  const theirs = await runK6(path, env);
  return { ours: counted(ours.samples, prefix), theirs: counted(theirs.samples, prefix) };
}

function counted(samples: Sample[], prefix: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { metric, tags } of samples) {
    if (!metric.startsWith(prefix)) continue;
    const key = `${metric} ${JSON.stringify(Object.entries(tags).sort(([a], [b]) => a.localeCompare(b)))}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
