/** An operation in progress that an interruption ends. Once cancelled, it must never settle. */
export interface Cancellable {
  cancel(): void;
}
