import type { KubeObject } from '../../../constructs/kube-object';
import { sleep } from '../../support/sleep';
import { isStatus, type KubeApi } from './api';

const RETRY_MS = 1000;

export interface Listener<T> {
  /** `before` is undefined for a new object, `after` for a deleted one. */
  change(before: T | undefined, after: T | undefined): void;
  error(error: Error): void;
  /** Called after an error, when all objects are known again. */
  recovered(): void;
}

/**
 * The current objects of one path. A watch keeps the list up to date; when the watch breaks, they are listed
 * again.
 */
export class ObjectWatch<T extends KubeObject> {
  readonly byName = new Map<string, T>();
  private readonly stop = new AbortController();
  private loop?: Promise<void>;

  constructor(
    private readonly api: KubeApi,
    private readonly path: string,
    private readonly labelSelector: string | undefined,
    private readonly listener: Listener<T>,
  ) {}

  /** Resolves when the first list is complete. */
  async start(): Promise<void> {
    const version = await this.list();
    this.loop = this.follow(version);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async follow(first: string): Promise<void> {
    let version: string | undefined = first;
    while (!this.stop.signal.aborted) {
      try {
        if (version === undefined) {
          version = await this.list();
          this.listener.recovered();
        }
        version = await this.watch(version);
      } catch (error) {
        if (this.stop.signal.aborted) return;
        version = undefined;
        this.listener.error(error as Error);
        await sleep(RETRY_MS, this.stop.signal);
      }
    }
  }

  private async list(): Promise<string> {
    const { labelSelector, stop } = this;
    const call = { once: true, signal: stop.signal };
    const { items, version } = await this.api.list<T>(this.path, { labelSelector }, call);
    const names = new Set(items.map(({ metadata }) => metadata.name));
    for (const name of [...this.byName.keys()]) if (!names.has(name)) this.set(name, undefined);
    for (const item of items) this.set(item.metadata.name, item);
    return version;
  }

  /** @returns the version at which the next watch continues; undefined when the server no longer knows it. */
  private async watch(from: string): Promise<string | undefined> {
    let version = from;
    const query = { labelSelector: this.labelSelector, resourceVersion: from, allowWatchBookmarks: true };
    try {
      for await (const { type, object } of this.api.watch(this.path, query, this.stop.signal)) {
        if (type === 'ERROR') return undefined;
        version = versionOf(object) ?? version;
        if (type !== 'BOOKMARK')
          this.set(object.metadata.name, type === 'DELETED' ? undefined : (object as unknown as T));
      }
    } catch (error) {
      if (isStatus(error, 410)) return undefined;
      throw error;
    }
    return version;
  }

  private set(name: string, object: T | undefined): void {
    const before = this.byName.get(name);
    if (object) this.byName.set(name, object);
    else this.byName.delete(name);
    // A new list repeats what is known.
    const version = versionOf(before);
    if (version === undefined || version !== versionOf(object)) this.listener.change(before, object);
  }
}

function versionOf(object: KubeObject | undefined): string | undefined {
  return (object?.metadata as { resourceVersion?: string } | undefined)?.resourceVersion;
}
