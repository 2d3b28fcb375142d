import { join, relative } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_ARM } from '../../model/experiment';
import { readRecording } from '../../recording/recorder';
import { committedRecordings, experiment, experimentNames } from '../../run/catalogue';
import { judgeRun } from '../../run/judge-run';
import { anySeed, drawRecording, drawRun } from '../../run/mystery/draw';
import { replay } from '../../run/mystery/replay';
import { recordOne, runId } from '../../run/record';
import { checkPart } from '../../verdict/prediction';
import { EXIT } from '../exit-codes';
import { interruptible } from '../interrupt';
import { integer } from '../options';
import { Progress } from '../progress';
import { solve } from '../prompts/mystery';
import { checkEngine, sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

interface MysteryFlags extends SessionFlags {
  replay: boolean;
  speed: number;
  answer?: string;
}

const MOST_SPEED = 1000;

export function mysteryCommand(): Command {
  const command = new Command('mystery')
    .option('--replay', 'draw from the recordings that come with the lab; nothing is run', false)
    .option('--speed <times>', 'playback speed of --replay', integer('--speed', 1, MOST_SPEED), 10)
    .option('--answer <cause>', 'your answer; without it, you are asked')
    .addHelpText('after', '\nThe same seed gives everyone with this version of the lab the same mystery.')
    .action(mystery);
  return withSessionOptions(command);
}

async function mystery(flags: MysteryFlags): Promise<void> {
  const answer = flags.answer === undefined ? undefined : String(checkPart('cause', flags.answer));
  if (!flags.replay) checkEngine(flags);
  const seed = flags.seed ?? anySeed();
  const again = `npx lab mystery${flags.replay ? ' --replay' : ''} --seed ${seed}`;
  console.log(`Mystery ${seed}. To share it: ${again}`);
  const stop = interruptible();
  const recording = flags.replay ? await show(seed, flags, stop) : await runIt(seed, flags, stop);
  process.exitCode = stop.aborted || !recording ? EXIT.interrupted : await solve(judgeRun(recording), answer);
}

/** @returns the recording that was shown. */
async function show(seed: number, { speed }: MysteryFlags, signal: AbortSignal): Promise<string> {
  const file = relative(process.cwd(), drawRecording(seed, committedRecordings()));
  const { listen } = new Progress({ title: 'mystery' });
  await replay(readRecording(file), speed, listen, signal);
  return file;
}

/** @returns the folder of the recording. */
async function runIt(seed: number, flags: MysteryFlags, signal: AbortSignal): Promise<string> {
  const { name, set } = drawRun(seed, experimentNames());
  const session = await sessionOf({ ...flags, seed, set: [...set, ...flags.set] }, signal);
  const id = runId('mystery');
  const folder = join(flags.out, id);
  const file = join(folder, `${DEFAULT_ARM}.jsonl`);
  await recordOne({ id, file, name, experiment: experiment(name), arm: DEFAULT_ARM, mystery: seed }, session);
  return folder;
}
