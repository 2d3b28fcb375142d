/**
 * npm run verdicts [-- [experiment…] [--rounds N] [--with "OPTIONS"]]: checks whether verdicts are
 * repeatable.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `npm run verdicts -- [experiment]… [options]
  --rounds N       run each experiment this many times (default 10)
  --checkout DIR   use this checkout instead of the current one, e.g. one of an earlier commit
  --with "OPTIONS" pass more options to \`lab run\`, e.g. "--full" or "--limits emulated"`;

interface Judged {
  experiment: string;
  outcome: string;
  diagnosis: { cause: string };
  findings: { id: string; result: string; margin?: number }[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '10' },
      checkout: { type: 'string', default: resolve(__dirname, '..') },
      with: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isInteger(rounds) || rounds < 1) return console.log(USAGE);
  const lab = join(values.checkout, 'bin', 'lab.js');
  const chosen = positionals.length > 0 ? positionals : ['--all'];
  const judged: Judged[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    judged.push(...(await judgedRuns(lab, [...chosen, ...values.with.split(' ').filter(Boolean)])));
    console.log(`\nafter round ${round}\n${table(judged)}`);
  }
}

/** Runs the named experiments once, into a folder that is removed after the verdicts. */
async function judgedRuns(lab: string, args: string[]): Promise<Judged[]> {
  const out = mkdtempSync(join(tmpdir(), 'lab-verdicts-'));
  try {
    const child = spawn(process.execPath, [lab, 'run', ...args, '--no-watch', '-o', 'json', '--out', out], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((done, failed) => child.on('close', done).on('error', failed));
    return JSON.parse(said) as Judged[];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Each experiment with its verdicts, and the claims not seen or the claim with the smallest margin. */
function table(judged: Judged[]): string {
  const names = [...new Set(judged.map(({ experiment }) => experiment))];
  return names
    .map((name) => {
      const runs = judged.filter(({ experiment }) => experiment === name);
      const unseen = runs.flatMap(({ findings }) =>
        findings.filter(({ result }) => result !== 'held').map(({ id, result }) => `${id} ${result}`),
      );
      return [
        name.padEnd(16),
        counted(runs.map(({ outcome }) => outcome)),
        counted(runs.map(({ diagnosis }) => diagnosis.cause)),
        unseen.length > 0 ? `not seen: ${counted(unseen)}` : `least room: ${tightest(runs)}`,
      ].join(' | ');
    })
    .join('\n');
}

function counted(texts: string[]): string {
  const distinct = [...new Set(texts)];
  return distinct.map((text) => `${texts.filter((one) => one === text).length} ${text}`).join(', ');
}

/** The claim with the smallest margin of all runs, with the range of its margins. */
function tightest(runs: Judged[]): string {
  const margins = new Map<string, number[]>();
  for (const { findings } of runs) {
    for (const { id, margin } of findings)
      if (margin !== undefined) margins.set(id, [...(margins.get(id) ?? []), margin]);
  }
  const [id, all] = [...margins].sort(([, a], [, b]) => Math.min(...a) - Math.min(...b))[0] ?? ['-', [0]];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return `${id} by ${percent(Math.min(...all))} to ${percent(Math.max(...all))}`;
}

void main();
