import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Emit, Prediction } from '../model/events';
import { DEFAULT_ARM } from '../model/experiment';
import type { Report } from '../report/report';
import { lesson } from '../run/catalogue';
import type { OneRun, RunOptions } from '../run/record';
import { pageAssets } from '../watch/assets';
import { LiveRuns } from '../watch/live';
import { PageLog } from '../watch/log';
import { startWatchServer, type WatchOptions, type WatchServer } from '../watch/server';
import { link, openInBrowser } from './browser';
import { untilInterrupted } from './interrupt';

export interface WatchFlags {
  port?: number;
  host: string;
  open?: boolean;
}

/** A fixed port keeps bookmarks valid. If it is taken, any free port is used. */
const USUAL_PORT = 4400;

export function withWatchOptions(command: Command): Command {
  return command
    .option('--port <number>', `port of the page (default: ${USUAL_PORT}, or any free one)`, parsePort)
    .option('--host <address>', 'address of the page; beyond loopback, it requires a token', '127.0.0.1')
    .addOption(new Option('--open', 'open the page in the browser').implies({ watch: true }));
}

export interface LivePageFlags extends WatchFlags {
  watch?: boolean;
}

/** Options of commands whose runs can be watched. */
export function withLivePage(command: Command): Command {
  return withWatchOptions(
    command
      .option(
        '--watch',
        'show the run in the browser and keep the page open until Ctrl-C (on a terminal, the page is offered even without this option)',
      )
      .option('--no-watch', 'do not offer a page'),
  );
}

/** With --watch, a page that cannot start is an error. A page that is only offered must not stop the run. */
export async function offerPage(flags: LivePageFlags, predicts = false): Promise<LivePage | undefined> {
  const isOffered = flags.watch === undefined && process.stderr.isTTY;
  if (!flags.watch && !isOffered) return undefined;
  try {
    const page = await LivePage.start(flags, predicts);
    console.error(`${predicts ? 'Predict and watch' : 'Watch'} the run at ${link(page.url, process.stderr)}`);
    if (flags.open) await openInBrowser(page.url);
    return page;
  } catch (error) {
    if (!isOffered) throw error;
    return undefined;
  }
}

/** The options of a run, plus the page as a listener. */
export function shownOn(page: LivePage | undefined, options: RunOptions): RunOptions {
  return page ? { ...options, listeners: [...(options.listeners ?? []), page.listener] } : options;
}

/** Serves a log on the given port. Without one, it uses the usual port or, if that is taken, any free one. */
export async function serve(
  log: PageLog,
  { port, host }: WatchFlags,
  predict?: WatchOptions['predict'],
): Promise<WatchServer> {
  const options = { log, assets: pageAssets(), host, ...(predict && { predict }) };
  if (port !== undefined) return startWatchServer({ ...options, port });
  return startWatchServer({ ...options, port: USUAL_PORT }).catch(() =>
    startWatchServer({ ...options, port: 0 }),
  );
}

/** The page that shows the runs of this command. */
export class LivePage {
  private constructor(
    private readonly server: WatchServer,
    private readonly runs: LiveRuns,
  ) {}

  /** @param predicts whether the page asks for a prediction before each run. */
  static async start(flags: WatchFlags, predicts = false): Promise<LivePage> {
    const log = new PageLog();
    const runs = new LiveRuns(log, predicts);
    return new LivePage(await serve(log, flags, predicts ? runs.predict : undefined), runs);
  }

  get url(): string {
    return this.server.url;
  }

  /** A listener for one arm. A bug in the display must not end the run. */
  readonly listener = ({ id, name, experiment, arm }: OneRun): Emit => {
    const subject = { name, experiment, lesson: lesson(name), judgedArm: DEFAULT_ARM };
    let listen: Emit | undefined = this.runs.listener(id, subject, arm);
    return (event) => {
      try {
        listen?.(event);
      } catch (error) {
        listen = undefined;
        console.error(`The page of ${name} has stopped updating; the run continues: ${String(error)}`);
      }
    };
  };

  /** Waits for the page's prediction of the current run; undefined if the run is interrupted first. */
  prediction(signal: AbortSignal): Promise<Prediction | undefined> {
    return this.runs.prediction(signal);
  }

  conclude(report: Report): void {
    this.runs.conclude(report.verdict, report);
  }

  /** With --watch, the page stays open until Ctrl-C. */
  async untilSeen({ watch }: LivePageFlags, stop: AbortSignal): Promise<void> {
    if (watch && !stop.aborted) await untilInterrupted(this.url);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('The port must be a number from 0 (any free port) to 65535.');
  }
  return port;
}
