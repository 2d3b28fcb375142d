import { get } from 'node:http';
import { connect } from 'node:net';
import type { PortReference, Probe } from './manifests/schema';
import type { Attempt, ProbeResult } from './probes';

/**
 * Makes probe attempts against a container on `address`. `port` resolves a port reference to the local port.
 */
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
        // Like the kubelet, wait for the body: a response that is cut off is a failure.
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
