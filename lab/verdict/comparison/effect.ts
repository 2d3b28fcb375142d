import type { Effect } from '../../model/experiment';
import type { Estimate } from './interval';

/** Nobody changes a system for less than a tenth. */
const WORTH_IT = 0.1;
/** Up to this much of a change may still be hidden in the interval of "no change". */
const HIDDEN = 0.25;

/**
 * A system that serves less than this share of the offered load is down. Differences below it do not matter.
 */
const DOWN = 0.2;

/**
 * What a change did to goodput, relative to the larger goodput.
 * - no change: down before and after; or by less than a tenth, and the interval rules out a change of a quarter or more
 * - helps, harms: by a tenth of it or more, and the whole interval on that side of zero
 * - unclear: the interval is too wide to say
 */
export function effectOf(change: Estimate, before: number, after: number, offered = 0): Effect | 'unclear' {
  const scale = Math.max(before, after);
  if (scale <= DOWN * offered) return 'no change';
  const large = Math.abs(change.value) >= WORTH_IT * scale;
  if (large && change.low > 0) return 'helps';
  if (large && change.high < 0) return 'harms';
  const hidden = Math.max(Math.abs(change.low), Math.abs(change.high));
  return !large && hidden < HIDDEN * scale ? 'no change' : 'unclear';
}

/** Whether `a` exceeds `b` by enough to be worth a change. A system that is down is no better than another. */
export function isMore(a: number, b: number, offered = 0): boolean {
  return a > DOWN * offered && a - b >= WORTH_IT * a;
}
