import { randomBytes } from 'node:crypto';
import type { PageEvent } from './protocol';

/**
 * Every message to the page about one run, in order. Each message has an id, so a page that was disconnected
 * gets what it missed. Followers read at their own pace; nothing waits for them.
 */
export class PageLog {
  private name = randomBytes(4).toString('hex');
  private messages: string[] = [];
  private readonly followers = new Set<() => void>();

  /** How many follow it now. */
  get readers(): number {
    return this.followers.size;
  }

  readonly push = (event: PageEvent): void => {
    // Another run begins, so the ids of the previous one are void.
    if (event.type === 'setup') {
      this.name = randomBytes(4).toString('hex');
      this.messages = [];
    }
    this.messages.push(JSON.stringify(event));
    for (const notify of this.followers) notify();
  };

  /** The message after the one with this id, as a server-sent event; the first message for an unknown id. */
  after(id: string | undefined): { id: string; text: string } | undefined {
    const index = this.indexAfter(id);
    const message = this.messages[index];
    if (message === undefined) return undefined;
    const own = `${this.name}-${index}`;
    return { id: own, text: `id: ${own}\ndata: ${message}\n\n` };
  }

  /** Calls back whenever there is more. @returns a function that ends it. */
  follow(notify: () => void): () => void {
    this.followers.add(notify);
    return () => void this.followers.delete(notify);
  }

  private indexAfter(id: string | undefined): number {
    const [name, index] = id?.split('-') ?? [];
    return name === this.name && /^\d+$/.test(index ?? '') ? Number(index) + 1 : 0;
  }
}
