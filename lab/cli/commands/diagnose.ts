import { Command } from 'commander';
import { DEFAULT_ARM } from '../../model/experiment';
import { recordingName } from '../../recording/recorder';
import { diagnosisText } from '../../report/text';
import { isFolder, noRecording, readTrial, recordingsIn } from '../../run/trials';
import { diagnose, isOfTheLab, validityOf } from '../../verdict/diagnosis';
import { EXIT } from '../exit-codes';
import { outputOption, type Output } from '../options';

export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .argument('<recording>', 'a folder that `lab run` wrote, or one recording in it (.jsonl or .jsonl.gz)')
    .addOption(outputOption())
    .action((path: string, { output }: { output: Output }) => {
      const recording = readTrial(isFolder(path) ? defaultIn(path) : path);
      const [diagnosis, doubts] = [diagnose(recording), validityOf(recording)];
      console.log(
        output === 'json'
          ? JSON.stringify({ ...diagnosis, ...doubts }, null, 2)
          : diagnosisText(diagnosis, doubts),
      );
      const told = diagnosis.causes.length > 0 && !isOfTheLab(diagnosis) && doubts.unusable === undefined;
      process.exitCode = told ? EXIT.held : EXIT.inconclusive;
    });
}

function defaultIn(folder: string): string {
  const found = recordingsIn(folder).find((file) => recordingName(file) === DEFAULT_ARM);
  if (!found) throw noRecording(folder);
  return found;
}
