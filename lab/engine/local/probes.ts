import { get } from 'node:http';
import { connect } from 'node:net';
import type { PortReference, Probe } from './manifests/schema';

export type ProbeType = 'Startup' | 'Readiness' | 'Liveness';

/** What one attempt found; `reason` as kubectl shows it after "Readiness probe failed: ". */
export type ProbeResult = { ok: true } | { ok: false; reason: string };

/** Makes one attempt of a probe; never rejects. */
export type Attempt = (probe: Probe) => Promise<ProbeResult>;

/**
 * Counts consecutive results against the thresholds of a probe, as the kubelet's prober does: the verdict
 * changes only after successThreshold successes or failureThreshold failures in a row.
 */
export class ProbeVerdict {
  private streak = 0;
  private last?: boolean;

  /** `healthy` is undefined (unknown) before a startup probe has decided. */
  constructor(
    private readonly probe: Pick<Probe, 'successThreshold' | 'failureThreshold'>,
    public healthy: boolean | undefined,
  ) {}

  /** True when this result is a verdict: the streak has reached its threshold. */
  record(ok: boolean): boolean {
    this.streak = ok === this.last ? this.streak + 1 : 1;
    this.last = ok;
    if (this.streak < (ok ? this.probe.successThreshold : this.probe.failureThreshold)) return false;
    this.healthy = ok;
    return true;
  }
}

/**
 * Probes at the kubelet's pace until `signal` aborts: the first attempt initialDelaySeconds after the start of
 * the container, which was `ranMs` ago, then one every period.
 */
export async function probeLoop(
  probe: Probe,
  ranMs: number,
  attempt: Attempt,
  onResult: (result: ProbeResult) => void,
  signal: AbortSignal,
): Promise<void> {
  await sleep(probe.initialDelaySeconds * 1000 - ranMs, signal);
  while (!signal.aborted) {
    // An attempt that takes longer than a period delays the next one: there is one worker per probe.
    const period = sleep(probe.periodSeconds * 1000, signal);
    const result = await attempt(probe);
    if (!signal.aborted) onResult(result);
    await period;
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** Attempts against a container that listens on `address`; `port` resolves a reference to the local port. */
export function prober(address: string, port: (reference: PortReference) => number): Attempt {
  return (probe) =>
    probe.httpGet
      ? httpAttempt(probe, probe.httpGet, address, port(probe.httpGet.port))
      : tcpAttempt(probe, address, port(probe.tcpSocket!.port));
}

function httpAttempt(
  probe: Probe,
  { path, httpHeaders }: NonNullable<Probe['httpGet']>,
  address: string,
  port: number,
): Promise<ProbeResult> {
  const url = `http://${address}:${port}${path}`;
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  return new Promise((resolve) => {
    const request = get(
      url,
      { agent: false, headers: { 'user-agent': 'kube-probe/1.28', ...headers } },
      (response) => {
        const status = response.statusCode ?? 0;
        // The kubelet waits for the body, too, so a response that is cut off is a failure.
        response.resume().once('end', () => {
          finish(
            status >= 200 && status < 400
              ? { ok: true }
              : failed(`HTTP probe failed with statuscode: ${status}`),
          );
        });
      },
    );
    const timer = setTimeout(() => {
      finish(
        failed(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`),
      );
    }, probe.timeoutSeconds * 1000);
    const finish = (result: ProbeResult) => {
      clearTimeout(timer);
      request.destroy();
      resolve(result);
    };
    request.on('error', (error) => finish(failed(`Get "${url}": ${error.message}`)));
  });
}

function tcpAttempt(probe: Probe, host: string, port: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const finish = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    const socket = connect({ host, port, timeout: probe.timeoutSeconds * 1000 }, () => finish({ ok: true }));
    socket.once('timeout', () => finish(failed(`dial tcp ${host}:${port}: i/o timeout`)));
    socket.on('error', (error) => finish(failed(`dial tcp ${host}:${port}: ${error.message}`)));
  });
}

function failed(reason: string): ProbeResult {
  return { ok: false, reason };
}
