/** An operation in progress that an interruption ends. Once cancelled, a request must never settle. */
export interface Cancellable {
  cancel(): void;
}
