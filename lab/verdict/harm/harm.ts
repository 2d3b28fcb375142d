import type { RequestsEvent } from '../../model/events';
import { type Recording, within } from '../../recording/recording';
import { HALF_REPORT_MS } from '../signals';
import { HARMFUL } from '../signals/served';

/** How requests are harmed. An error is slow if its client could have noticed the wait. */
export type HarmKind =
  'refused' | 'reset' | 'timed out' | 'client error' | 'fast error' | 'slow error' | 'slow' | 'other';

/** A part of the run, ms since its start. */
export interface Interval {
  from: number;
  to: number;
}

/** What happened to the requests of one route, in one way, and when: an episode, or several soon after each other. */
export interface Harm {
  /** The name of the requests. */
  route: string;
  kind: HarmKind;
  /** When, in order, without gaps between neighbours. */
  times: Interval[];
  /** Number of harmed requests in these times, and of all requests of the route in them. */
  requests: number;
  of: number;
}

/** Long enough that one bad second of a busy route is no harm, and short enough to tell two failures apart. */
const WINDOW_MS = 5000;

/** With fewer requests than this, a window goes on until it has them: a failure may be bad luck. */
const FEWEST = 5;

/** A single failure may be bad luck, too. */
const FEWEST_FAILED = 2;

/** Of the failures in a window. A kind with a smaller share is a side effect of the others. */
const OWN_SHARE = 0.2;

/** Of a window's requests. A stall of two seconds delays a fifth of those in five seconds by a second or more. */
const SLOW_SHARE = 0.2;

/** An answer within a quarter of a second did not wait for anything. */
const FAST_MS = 250;

/** Who was harmed, how and when, from the load generator's reports alone. */
export function harmsOf(recording: Recording): Harm[] {
  const names = [...new Set(recording.requests.map(({ name }) => name))].sort();
  return names.flatMap((name) => harmsOfRoute(name, recording));
}

/** Episodes of the same harm with a longer pause between them may have different causes. */
const PAUSE_MS = 10_000;

/** An episode with a smaller share of the harmed requests is too small to be explained by itself. */
const EPISODE_SHARE = 0.1;

function harmsOfRoute(route: string, recording: Recording): Harm[] {
  const harms = new Map<HarmKind, Harm[]>();
  for (const window of windowsOf(route, recording)) {
    for (const [kind, requests] of harmedIn(window, recording)) {
      const { from, to, events } = window;
      const one = { route, kind, times: [{ from, to }], requests, of: count(events) };
      harms.set(kind, [...(harms.get(kind) ?? []), one]);
    }
  }
  return [...harms.values()].flatMap(episodes);
}

/** One harm per episode, from one harm per window. */
function episodes(windows: Harm[]): Harm[] {
  const least = EPISODE_SHARE * windows.reduce((sum, { requests }) => sum + requests, 0);
  const near: Harm[] = [];
  for (const window of windows) {
    const last = near.at(-1);
    if (last && window.times[0]!.from - last.times.at(-1)!.to < PAUSE_MS)
      near.push(joined([near.pop()!, window]));
    else near.push(window);
  }
  const all: Harm[] = [];
  for (const episode of near) {
    const last = all.at(-1);
    if (last && Math.min(last.requests, episode.requests) < least) all.push(joined([all.pop()!, episode]));
    else all.push(episode);
  }
  return all;
}

/** Harms of the same route and kind, in order, as one. */
export function joined(harms: readonly Harm[]): Harm {
  const times: Interval[] = [];
  for (const time of harms.flatMap((harm) => harm.times)) extend(times, time);
  const sum = (of: (harm: Harm) => number): number => harms.reduce((all, harm) => all + of(harm), 0);
  const { route, kind } = harms[0]!;
  return { route, kind, times, requests: sum(({ requests }) => requests), of: sum((harm) => harm.of) };
}

interface Windowed extends Interval {
  events: RequestsEvent[];
}

/** Windows of the whole run that hold enough requests of a route to judge. */
function windowsOf(route: string, recording: Recording): Windowed[] {
  const { loadFrom = 0, until } = recording;
  const windows: Windowed[] = [];
  let from = loadFrom;
  for (let to = from + WINDOW_MS; from < until; to += WINDOW_MS) {
    const events = within(recording.requests, from + HALF_REPORT_MS, Math.min(to, until) + HALF_REPORT_MS);
    const own = events.filter(({ name }) => name === route);
    const isLast = to >= until;
    if (count(own) < FEWEST && !isLast) continue;
    windows.push({ from, to: Math.min(to, until), events: own });
    from = to;
  }
  return joinedAtTheEnd(windows);
}

/** The rest of a run may hold too few requests to judge; they count with those before. */
function joinedAtTheEnd(windows: Windowed[]): Windowed[] {
  const last = windows.at(-1);
  const before = windows.at(-2);
  if (!last || !before || count(last.events) >= FEWEST) return windows;
  const joined = { from: before.from, to: last.to, events: [...before.events, ...last.events] };
  return [...windows.slice(0, -2), joined];
}

/** The kinds of harm in a window with their numbers of requests. */
function harmedIn(window: Windowed, recording: Recording): [HarmKind, number][] {
  const { events } = window;
  const all = count(events);
  const failed = events.filter(({ outcome }) => outcome !== 'ok');
  const kinds = new Map<HarmKind, number>();
  if (count(failed) >= FEWEST_FAILED && count(failed) > HARMFUL.errorShare * all) {
    for (const event of failed) {
      for (const [kind, number] of kindsOf(event, recording))
        kinds.set(kind, (kinds.get(kind) ?? 0) + number);
    }
  }
  const own = [...kinds].filter(([, number]) => number >= OWN_SHARE * count(failed));
  const good = events.filter(({ outcome }) => outcome === 'ok');
  const slow = slowIn(good, recording);
  const isHarm =
    isMostlySlow(good, all, recording) ||
    (slow >= SLOW_SHARE * all && isStalled(good, slow, window, recording));
  return isHarm && slow > 0 ? [...own, ['slow', slow]] : own;
}

/** Whether half of a window's successful requests took too long. A few among many failures say nothing. */
function isMostlySlow(good: RequestsEvent[], all: number, recording: Recording): boolean {
  return count(good) >= Math.max(1, OWN_SHARE * all) && isMedianSlow(good, recording);
}

/**
 * Whether nearly all slow requests ended together, in seconds in which most did and in which more ended than usual:
 * they had waited for the same thing, which then let go. A queue that grows is slow second after second.
 */
function isStalled(
  good: RequestsEvent[],
  slow: number,
  { from, to }: Interval,
  recording: Recording,
): boolean {
  const late = [...new Set(good.map(secondOf))]
    .map((second) => good.filter((event) => secondOf(event) === second))
    .filter((events) => isMedianSlow(events, recording));
  const usual = count(good) / ((to - from) / 1000);
  return (
    slowIn(late.flat(), recording) >= NEARLY_ALL * slow && count(late.flat()) >= BUNCHED * usual * late.length
  );
}

/** Of the slow requests. */
const NEARLY_ALL = 0.8;

/** How many times as many requests end in a second after a stall of two seconds as in others, at the least. */
const BUNCHED = 1.5;

const secondOf = ({ t }: RequestsEvent): number => Math.round(t / 1000);

function isMedianSlow(events: RequestsEvent[], recording: Recording): boolean {
  return recording.merged(events).getValueAtPercentile(50) / 1000 > HARMFUL.medianMs;
}

/** Number of requests that took longer than people wait without noticing. */
function slowIn(events: RequestsEvent[], recording: Recording): number {
  return events
    .flatMap((event) => recording.durationsOf(event, 'duration'))
    .filter(([micros]) => micros > HARMFUL.medianMs * 1000)
    .reduce((sum, [, number]) => sum + number, 0);
}

const OF_OUTCOME: Partial<Record<RequestsEvent['outcome'], HarmKind>> = {
  refused: 'refused',
  reset: 'reset',
  timeout: 'timed out',
  http_4xx: 'client error',
  other: 'other',
};

function kindsOf(event: RequestsEvent, recording: Recording): [HarmKind, number][] {
  const kind = OF_OUTCOME[event.outcome];
  if (kind) return [[kind, event.count]];
  const durations = recording.durationsOf(event, 'duration');
  const fast = durations
    .filter(([micros]) => micros < FAST_MS * 1000)
    .reduce((sum, [, number]) => sum + number, 0);
  return [
    ['fast error', fast],
    ['slow error', event.count - fast],
  ].filter(([, number]) => (number as number) > 0) as [HarmKind, number][];
}

function extend(times: Interval[], { from, to }: Interval): void {
  const last = times.at(-1);
  if (last?.to === from) last.to = to;
  else times.push({ from, to });
}

const ENDS: Record<HarmKind, string> = {
  refused: 'were refused',
  reset: 'were cut off',
  'timed out': 'timed out',
  'client error': 'got a 4xx status',
  'fast error': 'got an error at once',
  'slow error': 'got an error after a wait',
  slow: 'took long',
  other: 'failed in another way',
};

/** The longest list of times that people read. */
const MOST_TIMES = 5;

/** "from 3 s to 12 s" or "2 times: 3–8 s, 15–20 s". */
function when(times: { from: number; to: number }[]): string {
  const [first] = times;
  if (!first) return '';
  if (times.length === 1) return `from ${first.from} s to ${first.to} s`;
  const listed = times.slice(0, MOST_TIMES).map(({ from, to }) => `${from}–${to} s`);
  return `${times.length} times: ${listed.join(', ')}${times.length > MOST_TIMES ? ', …' : ''}`;
}

/** A harm as a sentence without its end. Times are seconds since the load's start. */
export function harmInWords({ route, kind, requests, of, times }: Harm): string {
  return `${route}: ${requests} of ${of} requests ${ENDS[kind]}, ${when(times)}`;
}

export function count(events: RequestsEvent[]): number {
  return events.reduce((sum, { count: number }) => sum + number, 0);
}
