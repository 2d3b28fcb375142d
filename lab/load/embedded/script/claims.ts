import { LabError } from '../../../model/errors';
import { isThenable } from '../modules/in-turn';

/**
 * Proves that every blocking call is awaited.
 *
 * A rewritten function or blocking k6 function enters when it is called. The call site that awaits it claims it
 * as soon as the call has returned. What is entered but not claimed was called from code that cannot wait, such
 * as a comparator of sort(). Calls return in the reverse order of their start, so a stack is enough.
 */
export class Claims {
  private readonly entered: Entry[] = [];
  /** Counts how often code of the script went on after an await. By then, all earlier calls have returned. */
  private turn = 0;

  /**
   * @param locate the "file:line:column" of the script's code in a stack trace
   * @param traces whether to note who calls functions of k6, which takes microseconds for each call
   */
  constructor(
    private readonly fatal: (error: LabError) => void,
    private readonly locate: (stack: string) => string,
    private readonly traces: boolean,
  ) {}

  /** @param where the "file:line:column" of the function, or ASYNC for an async function of the script */
  enter(where: string): void {
    this.entered.push(where);
  }

  /** A blocking function of k6 was called. */
  enterK6(): void {
    this.entered.push(this.traces ? trace() : '');
  }

  /** The state before a call, to pass to `claim`. The arguments of the call may await. */
  mark(): number {
    return this.turn * MAX_DEPTH + this.entered.length;
  }

  /** Code of the script goes on after an await. */
  goOn(): void {
    this.turn += 1;
    const unclaimed = this.check();
    if (unclaimed) this.fatal(unclaimed);
    this.entered.length = 0;
  }

  /** Whether the call since the mark, which returned `value`, was a blocking one, which the caller now awaits. */
  claim(mark: number, value: unknown, where: string): boolean {
    const isSameTurn = Math.floor(mark / MAX_DEPTH) === this.turn;
    const before = isSameTurn ? mark % MAX_DEPTH : 0;
    const [first, ...inner] = this.entered.splice(before);
    const blocks = first !== undefined && first !== ASYNC && isThenable(value);
    const unclaimed = (blocks ? inner : [first, ...inner]).find(isBlocking);
    if (unclaimed !== undefined) this.fatal(notAwaited(this.placeOf(unclaimed) || where));
    return blocks;
  }

  /** Reports a blocking call that nobody has claimed. */
  check(): LabError | undefined {
    const unclaimed = this.entered.find(isBlocking);
    return unclaimed === undefined ? undefined : notAwaited(this.placeOf(unclaimed));
  }

  private placeOf(entry: Entry): string {
    return typeof entry === 'string' ? entry : this.locate(entry.stack!);
  }

  reset(): void {
    this.entered.length = 0;
  }
}

/** Stands for an async function of the script, whose promise is the script's business. */
export const ASYNC = 'async';
const isBlocking = (entry: Entry | undefined): entry is Entry => entry !== undefined && entry !== ASYNC;

/** Where a function of the script is, or the stack trace of the call of a k6 function. */
type Entry = string | Error;

/** Stack frames from the script's code to trace(). */
const DEEP_ENOUGH = 15;

/** The stack trace of here. It becomes a text only when it is read. */
function trace(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP_ENOUGH;
  const error = new Error();
  Error.stackTraceLimit = limit;
  return error;
}

/** More calls than fit on a stack. */
const MAX_DEPTH = 2 ** 20;

/** Keeps the promise that a function of the script returned as its value from being awaited. */
class Kept {
  constructor(readonly value: unknown) {}
}

type Callback = (...values: unknown[]) => unknown;

/** The functions that rewritten code calls. Each `where` is a "file:line:column". */
export function rewrittenCalls(claims: Claims) {
  return {
    enter: (where: string) => claims.enter(where),
    mark: () => claims.mark(),
    /** For a function that certainly blocks. */
    claim(mark: number, value: unknown, where: string): unknown {
      claims.claim(mark, value, where);
      return value;
    },
    /** For a function that may block. `value` is awaited only if it did; `kept` undoes the wrapping. */
    claimIfBlocking(mark: number, value: unknown, where: string): unknown {
      return claims.claim(mark, value, where) || !isThenable(value) ? value : new Kept(value);
    },
    kept(value: unknown): unknown {
      claims.goOn();
      return value instanceof Kept ? value.value : value;
    },
    /** The value of an await. */
    awaited(value: unknown): unknown {
      claims.goOn();
      return value;
    },
    /** For a call in code that cannot wait, such as the init context. */
    mustNotBlock(mark: number, value: unknown, where: string): unknown {
      if (claims.claim(mark, value, where)) throw cannotWait(where);
      return value;
    },
    /** Makes callbacks of promises claim what they call, because a promise waits for them. */
    awaitedByPromise: (value: unknown) =>
      typeof value === 'function'
        ? function (this: unknown, ...values: unknown[]) {
            const mark = claims.mark();
            const result: unknown = (value as Callback).apply(this, values);
            claims.claim(mark, result, '');
            return result;
          }
        : value,
  };
}

const HINT =
  'Call it directly in a function of the script, not in a callback of sort() or replace(), a getter or the ' +
  'init context. Or run the script with k6 (--load k6).';

function notAwaited(where: string): LabError {
  const at = where === '' ? '' : `${where}: `;
  return new LabError(
    `${at}a function that sends requests or sleeps was called by code that cannot wait for it`,
    'usage',
    HINT,
  );
}

function cannotWait(where: string): LabError {
  return new LabError(`${where}: this call sends a request or sleeps, but cannot wait here`, 'usage', HINT);
}
