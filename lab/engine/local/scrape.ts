import { Agent, get } from 'node:http';
import type { Scrape } from '../../model/engine';
import { scrapedPage } from '../scraped-page';
import type { Pod } from './pod';

/** A response larger than this is not a page of metrics. */
const MAX_BYTES = 16 * 2 ** 20;
/** Keeps connections open, like Prometheus: a process with a busy event loop is slow to accept new ones. */
const AGENT = new Agent({ keepAlive: true, maxSockets: 1 });

/**
 * Scrapes all running pods that the prometheus.io annotations mark for it, all at the same time. Never
 * rejects.
 */
export async function scrapePods(pods: readonly Pod[], timeoutMs: number): Promise<Scrape> {
  const targets = pods.filter(
    (pod) => pod.phase === 'Running' && pod.annotation('prometheus.io/scrape') === 'true',
  );
  const failed: Record<string, string> = {};
  const began = performance.now();
  const samples = await Promise.all(
    targets.map((pod) =>
      fetchText(metricsUrl(pod), timeoutMs).then(
        (text) => scrapedPage(text, targetLabels(pod), (performance.now() - began) / 1000),
        (error: Error) => {
          failed[pod.name] = error.message;
          return [];
        },
      ),
    ),
  );
  return { samples: samples.flat(), failed };
}

function metricsUrl(pod: Pod): string {
  const port = Number(pod.annotation('prometheus.io/port') ?? pod.container.ports[0]?.containerPort ?? 80);
  return `http://${pod.host.address}:${pod.host.port(port)}${pod.annotation('prometheus.io/path') ?? '/metrics'}`;
}

function targetLabels(pod: Pod): Record<string, string> {
  return { namespace: pod.namespace, pod: pod.name, app: pod.app, container: pod.container.name };
}

function fetchText(url: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: AGENT, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_BYTES) request.destroy(new Error(`more than ${MAX_BYTES} bytes of metrics`));
      });
      response.once('error', fail);
      response.once('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    const fail = (error: Error) =>
      reject(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? new Error(`no answer within ${timeoutMs} ms`)
          : error,
      );
    request.once('error', fail);
  });
}
