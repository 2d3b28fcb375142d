import { createHash } from 'node:crypto';
import type { Workload } from './manifests/schema';
import type { Pod } from './pod';

/** Letters and digits of Kubernetes' generated names. Without vowels, they form no words. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export interface WorkloadOptions {
  makePod(name: string, workload: Workload): Pod;
  /** Called for each change, with the number of replicas before and after it. */
  onScale(controller: WorkloadController, from: number, to: number): void;
  /** Called when a pod cannot be created. */
  onError(error: unknown): void;
}

/** Keeps a Deployment or StatefulSet at its number of replicas. */
export class WorkloadController {
  readonly pods: Pod[] = [];
  private created = 0;
  private readonly leaving = new Set<Pod>();
  private stopped = false;

  constructor(
    readonly workload: Workload,
    private readonly options: WorkloadOptions,
  ) {}

  get name(): string {
    return this.workload.metadata.name;
  }

  /** Name of the set of identical pods: a Deployment's ReplicaSet, a StatefulSet itself. */
  get setName(): string {
    return this.workload.kind === 'StatefulSet'
      ? this.name
      : `${this.name}-${this.generated('template', 10)}`;
  }

  get available(): number {
    return this.pods.filter((pod) => pod.ready).length;
  }

  /**
   * Adds or removes pods. Unready pods are removed first, then the youngest. Resolves when the pods are
   * created or gone.
   */
  async scale(replicas: number): Promise<void> {
    const from = this.pods.length;
    if (replicas === from || this.stopped) return;
    this.options.onScale(this, from, replicas);
    if (replicas > from) {
      const added = Array.from({ length: replicas - from }, () =>
        this.options.makePod(this.nextName(), this.workload),
      );
      this.pods.push(...added);
      await Promise.all(added.map((pod) => pod.start().catch(this.options.onError)));
    } else {
      const leaving = this.surplus(from - replicas);
      this.pods.splice(0, Infinity, ...this.pods.filter((pod) => !leaving.includes(pod)));
      await Promise.all(leaving.map((pod) => this.end(pod, Infinity)));
    }
  }

  /** Ends all pods, including those that a scale-down has begun to end. */
  async stop(maxGraceMs: number): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.pods.splice(0), ...this.leaving].map((pod) => this.end(pod, maxGraceMs)));
  }

  private surplus(count: number): Pod[] {
    if (this.workload.kind === 'StatefulSet') return this.pods.slice(-count);
    const byWorth = (a: Pod, b: Pod) => Number(a.ready) - Number(b.ready) || b.createdAt - a.createdAt;
    return [...this.pods].sort(byWorth).slice(0, count);
  }

  private async end(pod: Pod, maxGraceMs: number): Promise<void> {
    this.leaving.add(pod);
    await pod.stop(maxGraceMs);
    this.leaving.delete(pod);
  }

  private nextName(): string {
    if (this.workload.kind === 'StatefulSet') return `${this.name}-${this.pods.length}`;
    return `${this.setName}-${this.generated(`pod ${this.created++}`, 5)}`;
  }

  /** The same manifest gives the same result, so its pods have the same names in every run. */
  private generated(purpose: string, length: number): string {
    const hash = createHash('sha256')
      .update(`${purpose} ${JSON.stringify(this.workload)}`)
      .digest();
    return [...hash.subarray(0, length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  }
}
