/**
 * The histograms of durations in RequestsEvent: 1 µs to 10 minutes with three significant digits. Longer
 * requests are recorded as 10 minutes.
 */
export const DURATIONS = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 600_000_000,
  numberOfSignificantValueDigits: 3,
} as const;
