/** Settings that cannot be used. The message lists every problem; there is nothing else to know. */
export class PropsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'PropsError';
  }
}
