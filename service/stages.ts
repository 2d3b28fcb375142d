import { Counter, type Registry } from 'prom-client';

/** Where an operation of a request (a computation, a downstream call or a query) spends its time. */
export type Stage =
  /** It waits for a worker thread. */
  | 'worker_queue'
  /** It is computed: in a worker thread until the result is back, or on the event loop. */
  | 'worker_run'
  /** It waits for a socket to the downstream. */
  | 'socket_wait'
  /** It connects, if its socket is new, and waits for the answer. */
  | 'downstream'
  /** It waits for a connection to the database, or until a new one is open. */
  | 'connection_wait'
  | 'query';

/**
 * The stages of each route's operations: the seconds spent in them, how many left them, and the failures. All but the
 * failures are counted in plain numbers and get their labels at the scrape, as the durations of requests do. A route without
 * operations costs nothing.
 */
export class StageMetrics {
  private readonly routes: RouteStages[] = [];
  private readonly failures: Counter<'route' | 'stage' | 'reason'>;

  /** @param now a clock that never goes back, ms. */
  constructor(
    registry: Registry,
    private readonly now = () => performance.now(),
  ) {
    this.expose(
      registry,
      'http_request_stage_seconds_total',
      'Time that operations of requests have spent in a stage, those still in it included.',
      (time) => time.seconds(),
    );
    this.expose(
      registry,
      'http_request_stage_operations_total',
      'Operations of requests that have left a stage.',
      ({ left }) => left,
    );
    this.failures = new Counter({
      name: 'http_request_stage_failures_total',
      help: 'Operations of requests that failed in a stage, and requests that a defence refused.',
      labelNames: ['route', 'stage', 'reason'],
      registers: [registry],
    });
  }

  private expose(registry: Registry, name: string, help: string, value: (time: StageTime) => number): void {
    const { routes } = this;
    new Counter({
      name,
      help,
      labelNames: ['route', 'stage'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { route, times } of routes) {
          for (const [stage, time] of times) this.inc({ route, stage }, value(time));
        }
      },
    });
  }

  /** The stages that operations of a route pass. Each is exposed from now on, with 0 s at first. */
  route(route: string, stages: Stage[]): RouteStages {
    const passed = new RouteStages(
      route,
      new Map(stages.map((stage) => [stage, new StageTime(this.now)])),
      this,
    );
    this.routes.push(passed);
    return passed;
  }

  failed(route: string, stage: Stage | 'defence', reason: string): void {
    this.failures.inc({ route, stage, reason });
  }
}

/** The operations of one route. */
export class RouteStages {
  constructor(
    readonly route: string,
    readonly times: ReadonlyMap<Stage, StageTime>,
    private readonly metrics: Pick<StageMetrics, 'failed'>,
  ) {}

  /**
   * Carries out an operation. It is in the stage `first` until it goes on to another one, and leaves its last
   * stage when the promise settles. If it fails, it failed in that stage.
   */
  async pass<T>(
    first: Stage,
    reasonOf: (error: unknown) => string,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const operation = new Operation(this.times, first);
    try {
      return await work(operation);
    } catch (error) {
      this.metrics.failed(this.route, operation.stage, reasonOf(error));
      throw error;
    } finally {
      operation.end();
    }
  }
}

/** One operation on its way through the stages. It is in one stage at a time. */
export class Operation {
  private hasEnded = false;

  constructor(
    private readonly times: ReadonlyMap<Stage, StageTime>,
    public stage: Stage,
  ) {
    this.times.get(stage)!.enter();
  }

  /** Does nothing after the end, because a socket may come for a call that was given up. */
  goOnTo(stage: Stage): void {
    if (this.hasEnded) return;
    this.times.get(this.stage)!.leave();
    this.times.get(stage)!.enter();
    this.stage = stage;
  }

  end(): void {
    this.times.get(this.stage)!.leave();
    this.hasEnded = true;
  }
}

/**
 * The time spent in one stage. It is the integral of the number of operations in the stage, so it never
 * shrinks, however many come and go between two scrapes.
 */
class StageTime {
  /** Number of operations that have left the stage. */
  left = 0;
  private inside = 0;
  private ms = 0;
  private countedUntil: number;

  constructor(private readonly now: () => number) {
    this.countedUntil = now();
  }

  enter(): void {
    this.count();
    this.inside++;
  }

  leave(): void {
    this.count();
    this.inside--;
    this.left++;
  }

  seconds(): number {
    this.count();
    return this.ms / 1000;
  }

  private count(): void {
    const now = this.now();
    this.ms += this.inside * (now - this.countedUntil);
    this.countedUntil = now;
  }
}

/** The SQLSTATE or errno of an error, or `unknown`. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
