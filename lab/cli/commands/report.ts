import { Command } from 'commander';
import { judgeRun, printJudged, worstExit } from '../judged';
import { outputOption, type Output } from '../options';

export function reportCommand(): Command {
  return new Command('report')
    .description('judge a recording again and print its verdict')
    .argument('<recording>', 'a folder, or one .jsonl file of it, that `lab run` wrote')
    .addOption(outputOption())
    .action((path: string, { output }: { output: Output }) => {
      const judged = [judgeRun(path)];
      printJudged(judged, output);
      process.exitCode = worstExit(judged);
    });
}
