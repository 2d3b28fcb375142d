import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scrape } from '../../model/engine';
import { writeExposition } from '../exposition';

export interface MetricsServer {
  url: string;
  close(): void;
}

/** Timeout for the pods when someone scrapes the lab, ms; below Prometheus' default of 10 s. */
const POD_TIMEOUT_MS = 2000;

/** Serves a fresh scrape in Prometheus' text format at /metrics, on any free port of `address`. */
export function serveMetrics(
  address: string,
  scrape: (timeoutMs: number) => Promise<Scrape>,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    scrape(POD_TIMEOUT_MS).then(
      ({ samples }) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
        response.end(writeExposition(samples));
      },
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: 0 }, () => {
      resolve({
        url: `http://${address}:${(server.address() as AddressInfo).port}/metrics`,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
