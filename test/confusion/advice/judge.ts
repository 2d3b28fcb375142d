import type { Recording } from '../../../lab/recording/recording';
import { count, harmsOf } from '../../../lab/verdict/harm/harm';
import { HARMFUL } from '../../../lab/verdict/signals/served';

/** What advice did to a run, from the worst to the best. */
export const EFFECTS = ['made it worse', 'changed nothing', 'helped in part', 'helped'] as const;

export type Effect = (typeof EFFECTS)[number];

/** The harm that must be gone, of that without the advice. */
const MOST = 0.5;

/** More good answers by this factor are clearly more. */
const CLEARLY = 1.2;

/** Fewer answers than this, of the requests without the advice, are no difference, however few were good before. */
const LEAST = HARMFUL.errorShare;

/**
 * What advice did, from two recordings under the same load. Only requests of routes that were harmed without the
 * advice count, over the whole run. A request is good if it succeeded within a second, and harmed otherwise.
 * - helped: the harmed share of the requests is at most half of what it was
 * - helped in part: at least a fifth more good answers, and these are at least a twentieth of all requests; or no fewer
 *   good answers, and half of the successful requests take at most half as long
 * - made it worse: the same in the other direction, whatever became of the share
 * - changed nothing: none of these, even if requests now fail in another way, e.g. at once
 * @returns undefined if nobody was harmed without the advice
 */
export function effectOf(asItIs: Recording, advised: Recording): Effect | undefined {
  const routes = new Set(harmsOf(asItIs).map(({ route }) => route));
  if (routes.size === 0) return undefined;
  const before = servedOf(routes, asItIs);
  const after = servedOf(routes, advised);
  const least = LEAST * before.requests;
  if (isClearlyMore(before.good, after.good, least)) return 'made it worse';
  if (harmedShare(after) <= MOST * harmedShare(before)) return 'helped';
  return isClearlyMore(after.good, before.good, least) || isMuchQuicker(after, before)
    ? 'helped in part'
    : 'changed nothing';
}

/** What becomes quicker because most of it fails does not count. */
function isMuchQuicker(after: Served, before: Served): boolean {
  return after.ok >= before.ok / CLEARLY && after.medianMicros <= before.medianMicros / 2;
}

/** The effect of several rounds: the median, and of two in the middle the worse. */
export function median(effects: Effect[]): Effect | undefined {
  const ranks = effects.map((effect) => EFFECTS.indexOf(effect)).sort((a, b) => a - b);
  const middle = ranks[Math.floor((ranks.length - 1) / 2)];
  return middle === undefined ? undefined : EFFECTS[middle];
}

/** Requests of some routes, and how many of them were good. */
interface Served {
  requests: number;
  good: number;
  /** Those that succeeded, however late. */
  ok: number;
  medianMicros: number;
}

function servedOf(routes: Set<string>, recording: Recording): Served {
  const requests = recording.requests.filter(({ name }) => routes.has(name));
  const ok = requests.filter(({ outcome }) => outcome === 'ok');
  const good = ok
    .flatMap((event) => recording.durationsOf(event, 'duration'))
    .filter(([micros]) => micros <= HARMFUL.medianMs * 1000)
    .reduce((sum, [, number]) => sum + number, 0);
  const medianMicros = recording.merged(ok).getValueAtPercentile(50);
  return { requests: count(requests), good, ok: count(ok), medianMicros };
}

/** Of a route that nobody asks for any more, everything is harmed. */
function harmedShare({ requests, good }: Served): number {
  return requests > 0 ? 1 - good / requests : 1;
}

function isClearlyMore(good: number, than: number, least: number): boolean {
  return good >= CLEARLY * than && good - than >= least;
}
