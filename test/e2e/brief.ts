import { rmSync } from 'node:fs';
import { BriefRun, type Ended, installBriefLab, type Traces } from '../support/brief-lab';
import { onceMoreIf } from '../support/once-more';

type Options = ConstructorParameters<typeof BriefRun>[1];

/**
 * Installs a lab with the experiment `brief` for the tests of a file, and cleans up its runs after each test.
 */
export class BriefLab {
  private installed?: string;
  private readonly runs: BriefRun[] = [];

  constructor() {
    beforeAll(async () => void (this.installed = await installBriefLab()));
    afterEach(() => Promise.all(this.runs.splice(0).map((run) => run.clean())));
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** The installation folder. */
  get folder(): string {
    return this.installed!;
  }

  start(options: Options = {}): BriefRun {
    const run = new BriefRun(this.folder, options);
    this.runs.push(run);
    return run;
  }

  /**
   * Acts on a run and waits for its end. Repeats the run if the lab says that the machine was the bottleneck.
   */
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

/** The outcomes of the last second's requests, by name. */
export function lastRequests(run: BriefRun): string[] {
  const requests = run.events().flatMap((event) => (event.type === 'requests' ? [event] : []));
  const last = requests.filter(({ t }) => t > requests.at(-1)!.t - 1500);
  return [...new Set(last.map(({ name, outcome }) => `${name} ${outcome}`))].sort();
}
