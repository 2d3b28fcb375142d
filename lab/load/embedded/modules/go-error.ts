/** An error of k6 itself, under the name that scripts see there. */
export class GoError extends Error {
  override readonly name = 'GoError';
}
