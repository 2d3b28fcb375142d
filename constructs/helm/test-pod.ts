import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Backend } from '../backend';
import { identify, PROJECT_LABELS, selectorLabels, type Image } from '../labels';
import { env, placed, podTemplate } from '../pod';
import { sharedBy } from '../shared';

const NAME = 'backend-test';

/** Every route, with the smallest request that it takes: a test is not a load. */
const ROUTES = [
  '/health',
  '/ready',
  '/metrics',
  '/api/fast',
  '/api/ping',
  '/api/cpu-intensive?complexity=1',
  '/api/memory-leak?size_mb=1',
  '/api/memory-reset',
  '/api/price',
  '/api/cascade-failure',
  '/api/order',
  '/api/db-pool-exhaust?concurrent_queries=1',
  '/api/slow?delay=1',
];

const SCRIPT = `const ask = async (route) => {
  const answer = await fetch(process.env.TARGET + route, { signal: AbortSignal.timeout(20000) }).catch((error) => error);
  console.log(answer.status ?? answer.cause ?? answer, route);
  return answer.status === 200;
};
Promise.all(${JSON.stringify(ROUTES)}.map(ask)).then((all) => process.exit(all.every(Boolean) ? 0 : 1));
`;

export interface TestPodProps {
  backend: Backend;
  /** The backend's own image. */
  image: Image;
}

/** What `helm test` runs: a pod that asks the backend's Service for every route. */
export class TestPod extends Construct {
  constructor(scope: Construct, id: string, { backend, image }: TestPodProps) {
    super(scope, id);
    const shared = sharedBy(this);
    const identity = identify(this, NAME, 'test');
    const { spec } = podTemplate(shared, {
      identity,
      image,
      command: ['node', '-e', SCRIPT],
      env: env({ TARGET: backend.address.url }),
      resources: {
        cpuRequestMillicores: 50,
        cpuLimitMillicores: 500,
        memoryRequestMebibytes: 64,
        memoryLimitMebibytes: 128,
      },
      probes: {},
      user: 1000,
    });
    const pod = k8s.KubePod.manifest({
      metadata: {
        name: identity.objectName,
        labels: {
          ...PROJECT_LABELS,
          ...selectorLabels(identity),
          'app.kubernetes.io/component': identity.component,
        },
        annotations: {
          'helm.sh/hook': 'test',
          'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
        },
      },
      spec: { ...spec!, restartPolicy: 'Never', terminationGracePeriodSeconds: 1 },
    });
    new ApiObject(this, 'pod', placed(pod, shared));
  }
}
