/**
 * node build/lab/cli/k6-script.js [-e NAME=value]... [--allow-target HOST]... script: runs a k6 script and prints
 * its summary. Without --allow-target, the script may only send requests to this machine. The exit code is k6's, or
 * 2 when the script needs something that is not supported.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { testOf, writeOutputs } from '../load/embedded';
import { LabError } from '../model/errors';
import { EXIT } from './exit-codes';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      env: { type: 'string', short: 'e', multiple: true, default: [] },
      'allow-target': { type: 'string', multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  const [script] = positionals;
  if (!script)
    throw new LabError('No script was named.', 'usage', 'Name the path of a k6 script as the last argument.');
  const env = Object.fromEntries(
    values.env.map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]),
  );
  const allowedHosts = ['127.0.0.1', '[::1]', 'localhost', ...values['allow-target']];
  const test = testOf({ script, env, allowedHosts }, performance.now(), (event) => {
    if (event.type === 'log') process.stderr.write(`${event.line}\n`);
  });
  process.once('SIGINT', () => test.abort());
  const result = await test.run();
  const print = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  const log = (text: string) => void process.stderr.write(`${text}\n`);
  await writeOutputs(result, { stdout: print(process.stdout), stderr: print(process.stderr), log });
  if (result.failure instanceof LabError) log(`${result.failure.message}\n${result.failure.hint ?? ''}`);
  return result.exitCode;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
    process.exitCode = EXIT[error.kind];
  },
);
