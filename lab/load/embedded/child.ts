/** The process of the load generator. It runs one script for the lab, which talks to it over IPC. */
import { performance } from 'node:perf_hooks';
import { LabError, type ErrorKind } from '../../model/errors';
import { dieWithParent } from './die-with-parent';
import type { LoadTest } from './load-test';
import type { FromGenerator, ToGenerator } from './protocol';
import { type ScriptOptions, summaryOf, testOf, writeOutputs } from './run-script';

let test: LoadTest | undefined;

process.on('message', (message: ToGenerator) => {
  if (message.type === 'abort') test?.abort();
  else if (message.type === 'prepare') void orEnd(() => prepare(message.options));
  else void orEnd(() => run(message.originNanos));
});
process.on('disconnect', () => process.exit(1)); // the lab is gone, so the load must stop
dieWithParent();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => test?.abort());

// Like k6, log the failure of a promise that the script does not await, and continue.
process.on('unhandledRejection', (reason) => {
  logLines(`Uncaught (in promise) ${reason instanceof Error ? reason.message : String(reason)}`, 0);
});

async function prepare(options: ScriptOptions): Promise<void> {
  test = testOf(options, performance.now(), (event) => send({ type: 'event', event }));
  await test.prepare();
  await send({ type: 'prepared' });
}

async function run(originNanos: bigint): Promise<void> {
  const origin = performance.now() - Number(process.hrtime.bigint() - originNanos) / 1e6;
  const result = await test!.run(origin);
  const toLog = (text: string) => logLines(text, performance.now() - origin);
  if (result.outputs) await writeOutputs(result, { stdout: toLog, stderr: toLog, log: toLog });
  if (result.failure !== undefined) throw result.failure;
  await send({ type: 'summary', summary: summaryOf(result) });
  process.disconnect();
}

/** Runs an action. If it fails, reports the error and ends the process. */
async function orEnd(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    await send({ type: 'error', ...describe(error) });
    process.disconnect();
  }
}

function logLines(text: string, t: number): void {
  for (const line of text.replace(/\n$/, '').split('\n')) {
    void send({ type: 'event', event: { type: 'log', t, source: 'load', line } });
  }
}

function describe(error: unknown): { message: string; kind: ErrorKind; hint?: string } {
  if (error instanceof LabError) return { message: error.message, kind: error.kind, hint: error.hint };
  const message = `the load generator failed: ${error instanceof Error ? error.stack : String(error)}`;
  return { message, kind: 'environment' };
}

/** Resolves when the message has been sent. */
function send(message: FromGenerator): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
