import { rmSync } from 'node:fs';
import { BriefRun, type Ended, installBriefLab, type Traces } from '../support/brief-lab';
import { onceMoreIf } from '../support/once-more';

type Options = ConstructorParameters<typeof BriefRun>[1];

/** A lab with the experiment `brief` for the tests of a file, whose runs are cleaned up after each. */
export class BriefLab {
  private installed?: string;
  private readonly runs: BriefRun[] = [];

  constructor() {
    beforeAll(async () => void (this.installed = await installBriefLab()));
    afterEach(() => Promise.all(this.runs.splice(0).map((run) => run.clean())));
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Where it is installed. */
  get folder(): string {
    return this.installed!;
  }

  start(options: Options = {}): BriefRun {
    const run = new BriefRun(this.folder, options);
    this.runs.push(run);
    return run;
  }

  /** A run with something done to it, to its end; another one when the machine was the bottleneck, as the lab itself says. */
  conclusive(
    options: Options,
    act: (run: BriefRun) => Promise<void>,
  ): Promise<Ended & { run: BriefRun; traces: Traces }> {
    return onceMoreIf(
      ({ code }) => code === 3,
      async () => {
        const run = this.start(options);
        await act(run);
        const traces = run.traces();
        return { run, traces, ...(await run.ended) };
      },
    );
  }
}

/** What became of the requests of the last second, by name. */
export function lastRequests(run: BriefRun): string[] {
  const requests = run.events().flatMap((event) => (event.type === 'requests' ? [event] : []));
  const last = requests.filter(({ t }) => t > requests.at(-1)!.t - 1500);
  return [...new Set(last.map(({ name, outcome }) => `${name} ${outcome}`))].sort();
}
