import type { Requests } from '../../model/experiment';
import type { Recording } from '../../recording/recording';
import { HALF_REPORT_MS } from '../signals';

/** People notice a wait of a second. */
const GOOD_WITHIN_MS = 1000;

export function goodWithinMs({ goodWithinMs = GOOD_WITHIN_MS }: Requests): number {
  return goodWithinMs;
}

/**
 * Good answers in each second since the load began, including its drain. An answer is good if it succeeds
 * within the time that the experiment allows, counted from the scheduled start.
 */
export function goodPerSecond(recording: Recording, requests: Requests): number[] {
  const { loadFrom, until } = recording;
  if (loadFrom === undefined) return [];
  const seconds = Array.from({ length: Math.max(1, Math.ceil((until - loadFrom) / 1000)) }, () => 0);
  for (const event of recording.requests) {
    if (event.scenario !== requests.scenario || event.outcome !== 'ok') continue;
    if (requests.name !== undefined && event.name !== requests.name) continue;
    const middle = Math.floor((event.t - HALF_REPORT_MS - loadFrom) / 1000);
    const second = Math.min(Math.max(middle, 0), seconds.length - 1);
    for (const [micros, count] of recording.durationsOf(event, 'fromSchedule')) {
      if (micros <= goodWithinMs(requests) * 1000) seconds[second] = (seconds[second] as number) + count;
    }
  }
  return seconds;
}
