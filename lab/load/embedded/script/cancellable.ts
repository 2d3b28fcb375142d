/** Something in progress that an interruption ends; once cancelled, it must never settle. */
export interface Cancellable {
  cancel(): void;
}
