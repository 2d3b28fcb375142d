/** An operation in progress that an interruption ends. Once canceled, it must never settle. */
export interface Cancellable {
  cancel(): void;
}
