/** An error of k6 itself, with the name that scripts see in k6. */
export class GoError extends Error {
  override readonly name = 'GoError';
}
