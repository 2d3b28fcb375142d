import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { NodeApp } from './node-app';
import { env, secretEnv } from './pod';
import { postgresSecret } from './postgres';
import type { LabProps } from './schema';
import { choose, not, when } from './values';

/** The system under test: Deployment and Service `backend`. */
export class Backend extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { backend, autoscaling } = props;
    new NodeApp(this, 'app', {
      lab: props,
      app: 'backend',
      image: backend.image,
      replicas: when(not(autoscaling.enabled), backend.replicas),
      port: backend.port,
      resources: backend,
      probes: backend,
      entry: 'service/main.js',
      env: backendEnv(props),
    });
  }
}

/** Most pods that the backend may have. */
export function mostBackendPods({ backend, autoscaling }: LabProps): number {
  return choose(autoscaling.enabled, autoscaling.maxReplicas, backend.replicas);
}

function backendEnv({ backend, downstream, postgres, faults }: LabProps): k8s.EnvVar[] {
  const { defences } = backend;
  const { pooler } = postgres;
  return [
    ...env({
      FAULTS_ENABLED: faults.enabled,
      WORKER_THREADS: backend.workerThreads,
      OFFLOAD_CPU_WORK: backend.offloadCpuWork,
      CPU_MICROS_PER_COMPLEXITY: backend.cpuMicrosPerComplexity,
      QUERY_MS: backend.queryMs,
      DATABASE_HOST: choose(pooler.enabled, 'pgbouncer', 'postgres'),
      DATABASE_PORT: choose(pooler.enabled, pooler.port, postgres.port),
      DATABASE_NAME: postgres.database,
    }),
    secretEnv('DATABASE_USER', postgresSecret(postgres), 'username'),
    secretEnv('DATABASE_PASSWORD', postgresSecret(postgres), 'password'),
    ...env({
      DB_POOL_SIZE: backend.dbPoolSize,
      DB_ACQUIRE_TIMEOUT_MS: backend.dbAcquireTimeoutMs,
      RETAINED_ENTRIES: backend.retainedEntries,
      RETAINED_KIBIBYTES_PER_MEGABYTE: backend.retainedKibibytesPerMegabyte,
      DOWNSTREAM_URL: `http://downstream:${downstream.port}`,
      DOWNSTREAM_MAX_SOCKETS: backend.downstreamMaxSockets,
      DOWNSTREAM_TIMEOUT_MS: defences.downstreamTimeoutMs,
      BREAKER_FAILURES: defences.breakerFailures,
      BREAKER_RESET_MS: defences.breakerResetMs,
      DOWNSTREAM_RETRIES: defences.downstreamRetries,
      DOWNSTREAM_RETRY_BACKOFF_MS: defences.downstreamRetryBackoffMs,
      BULKHEAD_MAX_CONCURRENT: defences.bulkheadMaxConcurrent,
      ADMISSION_LIMIT: defences.admissionLimit,
      QUERY_CONCURRENCY: defences.queryConcurrency,
      CPU_CACHE_ENTRIES: defences.cpuCacheEntries,
      STREAM_INSTEAD_OF_RETAIN: defences.streamInsteadOfRetain,
      PAGE_MEBIBYTES: defences.pageMebibytes,
      SLOW_CONCURRENCY: defences.slowConcurrency,
    }),
  ];
}
