/** Invalid settings. The message lists every problem and says everything there is to know. */
export class PropsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'PropsError';
  }
}
