import type { PodEvent, TelemetryEvent } from '../../../lab/model/events';
import type { App, Happening } from '../labelled';
import { signalPod } from './processes';
import { Sql, type Access } from './sql';

type Of<Do extends Happening['do']> = Extract<Happening, { do: Do }>;

/**
 * Does what is to happen to the processes of a run, by a clock that starts with its load. `hear` listens to the
 * events of the run, and must not throw.
 */
export class Happenings {
  private readonly pods = new Map<App, string[]>();
  private readonly frozen = new Set<string>();
  /** Pods that are killed at each start. */
  private readonly condemned = new Set<string>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly sql = new Sql();
  private readonly pending = new Set<Happening>();
  private readonly problems: string[] = [];
  private over = false;

  constructor(
    private readonly happenings: Happening[],
    private readonly loadSeconds: number,
    private readonly access: Omit<Access, 'pod'>,
  ) {
    for (const happening of happenings) this.pending.add(happening);
  }

  readonly hear = (event: TelemetryEvent): void => {
    if (event.type === 'pod') this.follow(event);
    else if (event.type === 'phase' && event.name === 'load') this.begin();
    else if (event.type === 'phase' && event.name === 'cooldown') this.stop();
  };

  /**
   * Ends everything and lets stopped processes go on.
   * @throws Error that names what did not take place.
   */
  async end(): Promise<void> {
    this.stop();
    await this.sql.close();
    const missing = [...this.pending].map((happening) => `${describe(happening)} did not take place`);
    const problems = [...this.problems, ...missing];
    if (problems.length > 0) throw new Error(problems.join('; '));
  }

  private follow({ app, pod, reason }: PodEvent): void {
    if (reason === 'Scheduled') this.pods.set(app as App, [...(this.pods.get(app as App) ?? []), pod]);
    if (reason !== 'Started') return;
    if (this.condemned.has(pod)) signalPod(pod, 'SIGKILL');
  }

  private begin(): void {
    for (const happening of this.happenings) {
      this.at(happening.at, () => this.attempt(happening));
    }
  }

  private stop(): void {
    this.over = true;
    this.timers.forEach(clearTimeout);
    this.condemned.clear();
    for (const pod of this.frozen) this.thaw(pod);
  }

  private attempt(happening: Happening): void {
    if (happening.do === 'sql') void this.runSql(happening);
    else if (this.signal(happening)) this.pending.delete(happening);
  }

  /** @returns whether there was a process to send a signal to. */
  private signal(happening: Exclude<Happening, Of<'sql'>>): boolean {
    const pod = this.podOf(happening.app, happening.pod);
    if (pod === undefined) return false;
    if (happening.do === 'freeze') return this.freeze(pod, happening);
    if (happening.do === 'keep dead') this.condemn(pod, happening);
    return signalPod(pod, 'SIGKILL') > 0;
  }

  private condemn(pod: string, { at, until }: Of<'keep dead'>): void {
    this.condemned.add(pod);
    if (until !== undefined) this.at(until, () => this.condemned.delete(pod), at);
  }

  private freeze(pod: string, happening: Of<'freeze'>): boolean {
    const { at, seconds, every } = happening;
    this.frozen.add(pod);
    const stopped = signalPod(pod, 'SIGSTOP') > 0;
    this.at(at + seconds, () => this.thaw(pod), at);
    if (every !== undefined && at + every < this.loadSeconds) {
      this.at(at + every, () => this.freeze(pod, { ...happening, at: at + every }), at);
    }
    return stopped;
  }

  private thaw(pod: string): void {
    this.frozen.delete(pod);
    signalPod(pod, 'SIGCONT');
  }

  private async runSql(happening: Of<'sql'>): Promise<void> {
    const pod = this.podOf('postgres', 0);
    try {
      if (pod === undefined) throw new Error('there is no database');
      await this.sql.run({ ...this.access, pod }, happening.text, happening.seconds);
    } catch (error) {
      // At its end, the run closes what is still under way.
      if (!this.over) this.problems.push(`${describe(happening)}: ${(error as Error).message}`);
    }
    this.pending.delete(happening);
  }

  private podOf(app: App, index = 0): string | undefined {
    return this.pods.get(app)?.[index];
  }

  /** @param now the present second of the load. */
  private at(second: number, action: () => void, now = 0): void {
    this.timers.push(setTimeout(action, (second - now) * 1000));
  }
}

function describe(happening: Happening): string {
  const what = happening.do === 'sql' ? happening.text : `${happening.app} ${happening.pod ?? 0}`;
  return `${happening.do} ${what} at ${happening.at} s`;
}
