import { Construct } from 'constructs';
import { NodeApp } from './node-app';
import { env } from './pod';
import type { LabProps } from './schema';

/** The slow dependency: Deployment and Service `downstream`. */
export class Downstream extends Construct {
  constructor(scope: Construct, id: string, { downstream, faults }: LabProps) {
    super(scope, id);
    new NodeApp(this, 'app', {
      app: 'downstream',
      image: downstream.image,
      replicas: downstream.replicas,
      port: downstream.port,
      resources: downstream,
      entry: 'downstream/main.js',
      env: env({
        FAULTS_ENABLED: faults.enabled,
        BASE_LATENCY_MS: downstream.baseLatencyMs,
        MAX_CONCURRENCY: downstream.maxConcurrency,
        CONTENTION_PERCENT: downstream.contentionPercent,
      }),
    });
  }
}
