import type { Sample, Scrape } from '../../model/engine';
import { API_SERVER } from '../../model/events';
import { scrapedPage } from '../scraped-page';
import { ApiError, type KubeApi } from './api';
import { containerLabels, kubeletSamples, OwnView, type KubeletPages } from './kubelet';
import { containerOf, type PodObject, statusOf } from './objects';

/** cAdvisor measures every ten to twenty seconds and its page is long, so asking more often gains nothing. */
const CADVISOR_EVERY_MS = 3000;

/** Scrapes pods and kubelets through the API server. It needs no Prometheus and no route to the pods. */
export class Scraper {
  private readonly ownView = new OwnView();
  private readonly cadvisor = new Map<string, { at: number; page: string }>();
  /** How far the cluster's clock is ahead, ms. Measurements from the future reveal it. */
  private ahead = 0;
  /** When each pod's CPU was last measured, epoch ms by the lab's clock. */
  readonly measured = new Map<string, number>();

  constructor(
    private readonly api: KubeApi,
    private readonly namespace: string,
  ) {}

  /**
   * Never rejects.
   * @param loadPods the load's own, of which only throttling is measured.
   */
  async scrape(
    pods: ReadonlyMap<string, PodObject>,
    timeoutMs: number,
    loadPods: ReadonlyMap<string, PodObject> = new Map(),
  ): Promise<Scrape> {
    const failed: Record<string, string> = {};
    let answered = false;
    const attempt = async <T>(name: string, work: Promise<T>): Promise<T | undefined> => {
      try {
        const found = await work;
        answered = true;
        return found;
      } catch (error) {
        failed[name] = (error as Error).message;
        answered ||= error instanceof ApiError;
        return undefined;
      }
    };
    const running = [...pods.values()].filter(isScraped);
    const nodes = new Set(
      [...pods.values(), ...loadPods.values()].flatMap(({ spec }) => spec.nodeName ?? []),
    );
    const [own, pages] = await Promise.all([
      Promise.all(running.map((pod) => attempt(pod.metadata.name, this.page(pod, timeoutMs)))),
      Promise.all([...nodes].map((node) => attempt(`node/${node}`, this.kubelet(node, timeoutMs)))),
    ]);
    const [why] = Object.values(failed);
    if (!answered && why !== undefined) failed[API_SERVER] = why;
    const kubelet = pages.flatMap((page) => (page ? kubeletSamples(page, pods, loadPods) : []));
    const samples = this.ownView.merge(
      own.flatMap((found) => found ?? []),
      this.byOwnClock(kubelet),
    );
    this.note(samples);
    return { samples, failed };
  }

  private async page(pod: PodObject, timeoutMs: number): Promise<Sample[]> {
    const { annotations = {}, name } = pod.metadata;
    const port = annotations['prometheus.io/port'] ?? containerOf(pod)?.ports?.[0]?.containerPort ?? 80;
    const page = annotations['prometheus.io/path'] ?? '/metrics';
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}:${port}/proxy${page}`;
    const began = performance.now();
    const text = await this.api.text('GET', path, { timeoutMs, once: true });
    return scrapedPage(text, containerLabels(pod), (performance.now() - began) / 1000);
  }

  private async kubelet(node: string, timeoutMs: number): Promise<KubeletPages> {
    const get = (page: string) =>
      this.api.text('GET', `/api/v1/nodes/${node}/proxy/metrics/${page}`, { timeoutMs, once: true });
    const known = this.cadvisor.get(node);
    const now = performance.now();
    const due = !known || now - known.at >= CADVISOR_EVERY_MS;
    const [resource, cadvisor] = await Promise.all([get('resource'), due ? get('cadvisor') : known.page]);
    if (due) this.cadvisor.set(node, { at: now, page: cadvisor });
    return { node, resource, cadvisor };
  }

  private byOwnClock(samples: Sample[]): Sample[] {
    const now = Date.now();
    for (const { measuredAt = 0 } of samples) this.ahead = Math.max(this.ahead, measuredAt - now);
    return samples.map((sample) =>
      sample.measuredAt === undefined ? sample : { ...sample, measuredAt: sample.measuredAt - this.ahead },
    );
  }

  private note(samples: Sample[]): void {
    for (const { name, labels, measuredAt = Date.now() } of samples) {
      if (name === 'container_cpu_usage_seconds_total' && labels.pod)
        this.measured.set(labels.pod, measuredAt);
    }
  }
}

function isScraped(pod: PodObject): boolean {
  const isRunning = statusOf(pod)?.state?.running !== undefined;
  return pod.metadata.annotations?.['prometheus.io/scrape'] === 'true' && isRunning;
}
