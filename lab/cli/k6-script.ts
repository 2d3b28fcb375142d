/** Runs a k6 script without an experiment and prints its summary. `--help` shows its options. */
import { performance } from 'node:perf_hooks';
import { Command } from 'commander';
import { AbortedInInit, testOf, writeOutputs } from '../load/embedded';
import { K6_EXIT } from '../load/k6-exit';
import { LabError } from '../model/errors';
import { EXIT } from './exit-codes';
import { failed } from './failed';
import { whenReadersLeave } from './interrupt';
import { allowTargetOption } from './options';

const EXIT_CODES = `
Without --allow-target, the script may only send requests to this machine.
Exit codes: those of k6 (0 passed, 99 a threshold failed, 107 the script threw, 108 it ended the test),
2 wrong usage, or the script needs something that is not supported.`;

interface Flags {
  env: Record<string, string>;
  allowTarget: string[];
}

async function run(script: string, { env, allowTarget }: Flags): Promise<void> {
  const allowedHosts = ['127.0.0.1', '[::1]', 'localhost', ...allowTarget];
  const log = (text: string) => void process.stderr.write(`${text}\n`);
  const test = testOf({ script, env, allowedHosts }, performance.now(), (event) => {
    if (event.type === 'log') log(event.line);
  });
  process.once('SIGINT', () => test.abort());
  const result = await test.run();
  process.exitCode = result.exitCode;
  const print = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  await writeOutputs(result, { stdout: print(process.stdout), stderr: print(process.stderr), log });
  if (result.failure instanceof LabError) log(`${result.failure.message}\n${result.failure.hint ?? ''}`);
}

/** @throws LabError (usage) for a text that is not NAME=value. */
function variable(text: string, all: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new LabError(`--env ${JSON.stringify(text)} is not NAME=value.`, 'usage');
  }
  return { ...all, [name]: value! };
}

whenReadersLeave(() => process.exit(process.exitCode ?? EXIT.interrupted));
new Command('k6-script')
  .description('Runs a k6 script and prints its summary.')
  .argument('<script>', 'path of a k6 script')
  .option('-e, --env <NAME=value>', 'set a variable in __ENV; can be repeated', variable, {})
  .addOption(allowTargetOption().default([], 'only this machine'))
  .addHelpText('after', EXIT_CODES)
  .showHelpAfterError('(add --help to see what is allowed)')
  .exitOverride()
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    const code = failed(error);
    process.exitCode = error instanceof AbortedInInit ? K6_EXIT.abortedByScript : code;
  });
