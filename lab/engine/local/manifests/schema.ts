import { z } from 'zod';
import { parseQuantity } from '../../quantity';
import { recorded } from './recorded';

/**
 * Everything that the local engine understands. An unlisted field is refused by its path, because a limit or
 * rule that is silently ignored would teach something false. Defaults are those of the Kubernetes API.
 */

const strings = z.record(z.string(), z.string());
const count = z.number().int().min(0);
const positive = z.number().int().min(1);
const port = z.number().int().min(1).max(65535);
const portReference = z.union(
  [port, z.string().min(1)],
  'a port number (1..65535) or the name of a container port',
);
const quantity = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = parseQuantity(value);
  if (parsed === undefined)
    context.addIssue({ code: 'custom', message: `"${value}" is not a quantity such as 500m or 512Mi` });
  return parsed ?? 0;
});

const metadata = z.strictObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: strings.default({}),
  annotations: strings.default({}),
});

const probe = z
  .strictObject({
    httpGet: z
      .strictObject({
        path: z.string().default('/'),
        port: portReference,
        scheme: z.literal('HTTP').default('HTTP'),
        httpHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
      })
      .optional(),
    tcpSocket: z.strictObject({ port: portReference }).optional(),
    initialDelaySeconds: count.default(0),
    periodSeconds: positive.default(10),
    timeoutSeconds: positive.default(1),
    successThreshold: positive.default(1),
    failureThreshold: positive.default(3),
  })
  .refine(
    (value) => Boolean(value.httpGet) !== Boolean(value.tcpSocket),
    'needs exactly one of httpGet and tcpSocket',
  );

const keyReference = z.strictObject({
  name: z.string(),
  key: z.string(),
  optional: z.boolean().default(false),
});
const envVar = z
  .strictObject({
    name: z.string().min(1),
    value: z.string().optional(),
    valueFrom: z
      .strictObject({
        secretKeyRef: keyReference.optional(),
        configMapKeyRef: keyReference.optional(),
        fieldRef: z
          .strictObject({
            apiVersion: z.literal('v1').optional(),
            fieldPath: z.enum(['metadata.name', 'metadata.namespace', 'status.podIP']),
          })
          .optional(),
      })
      .refine((source) => Object.values(source).filter(Boolean).length === 1, 'needs exactly one source')
      .optional(),
  })
  .refine((variable) => variable.value === undefined || !variable.valueFrom, 'has both value and valueFrom');

const resources = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  ...recorded('ephemeral-storage'),
});

const container = z.strictObject({
  name: z.string().min(1),
  image: z.string().min(1),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(envVar).default([]),
  ports: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        containerPort: port,
        protocol: z.literal('TCP').default('TCP'),
      }),
    )
    .default([]),
  resources: z
    .strictObject({ limits: resources.default({}), requests: resources.default({}) })
    .default({ limits: {}, requests: {} }),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z.strictObject(recorded('preStop')).optional(),
  volumeMounts: z
    .array(
      z.strictObject({ name: z.string(), mountPath: z.string().startsWith('/'), ...recorded('readOnly') }),
    )
    .default([]),
  ...recorded('imagePullPolicy', 'securityContext', 'terminationMessagePath', 'terminationMessagePolicy'),
});

const items = z.array(z.strictObject({ key: z.string(), path: z.string() })).optional();
const configMapSource = z.strictObject({
  name: z.string(),
  items,
  optional: z.boolean().default(false),
  ...recorded('defaultMode'),
});
const secretSource = configMapSource.omit({ name: true }).extend({ secretName: z.string() });
const projection = configMapSource.omit({ defaultMode: true });
const volume = z
  .strictObject({
    name: z.string(),
    configMap: configMapSource.optional(),
    secret: secretSource.optional(),
    projected: z
      .strictObject({
        sources: z.array(z.strictObject({ configMap: projection.optional(), secret: projection.optional() })),
        ...recorded('defaultMode'),
      })
      .optional(),
    emptyDir: z
      .strictObject({ medium: z.enum(['', 'Memory']).optional(), ...recorded('sizeLimit') })
      .optional(),
  })
  .refine(
    (value) => Object.values(value).filter((field) => typeof field === 'object').length === 1,
    'needs exactly one source',
  );

const off = z.literal(false).optional();
const podTemplate = z.strictObject({
  metadata: metadata.partial({ name: true }),
  spec: z.strictObject({
    containers: z.array(container).length(1, 'the local engine runs exactly one container per pod'),
    volumes: z.array(volume).default([]),
    restartPolicy: z.literal('Always').default('Always'),
    terminationGracePeriodSeconds: count.default(30),
    hostNetwork: off,
    hostPID: off,
    hostIPC: off,
    shareProcessNamespace: off,
    setHostnameAsFQDN: off,
    ...recorded(
      'affinity',
      'automountServiceAccountToken',
      'dnsPolicy',
      'enableServiceLinks',
      'imagePullSecrets',
      'nodeSelector',
    ),
    ...recorded('priorityClassName', 'securityContext', 'serviceAccountName', 'tolerations'),
    ...recorded('topologySpreadConstraints'),
  }),
});

const selector = z.strictObject({ matchLabels: strings });

const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: count.default(1),
    selector,
    template: podTemplate,
    ...recorded('minReadySeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit', 'strategy'),
  }),
});

const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    replicas: count.default(1),
    serviceName: z.string().optional(),
    selector,
    template: podTemplate,
    volumeClaimTemplates: z
      .array(z.looseObject({ metadata }).describe('a directory of the run; its size is not limited'))
      .default([]),
    ...recorded('minReadySeconds', 'persistentVolumeClaimRetentionPolicy', 'podManagementPolicy'),
    ...recorded('revisionHistoryLimit', 'updateStrategy'),
  }),
});

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    // Each is reachable at the same address here.
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP'),
    selector: strings,
    ports: z
      .array(
        z.strictObject({
          name: z.string().optional(),
          port,
          targetPort: portReference.optional(),
          protocol: z.literal('TCP').default('TCP'),
          appProtocol: z.string().optional(),
          ...recorded('nodePort'),
        }),
      )
      .min(1),
    sessionAffinity: z.literal('None').optional(),
    publishNotReadyAddresses: off,
    ...recorded('clusterIP', 'internalTrafficPolicy', 'ipFamilies', 'ipFamilyPolicy'),
  }),
});

const scalingRules = z
  .strictObject({
    stabilizationWindowSeconds: z.number().int().min(0).max(3600).optional(),
    selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
    policies: z
      .array(
        z.strictObject({
          type: z.enum(['Pods', 'Percent']),
          value: positive,
          periodSeconds: positive.max(1800),
        }),
      )
      .optional(),
  })
  .optional();

const autoscaler = z.strictObject({
  apiVersion: z.literal('autoscaling/v2'),
  kind: z.literal('HorizontalPodAutoscaler'),
  metadata,
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({
      apiVersion: z.literal('apps/v1'),
      kind: z.literal('Deployment'),
      name: z.string(),
    }),
    minReplicas: positive.default(1),
    maxReplicas: positive,
    metrics: z
      .array(
        z.strictObject({
          type: z.literal('Resource'),
          resource: z.strictObject({
            name: z.literal('cpu'),
            target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: positive }),
          }),
        }),
      )
      .length(1, 'the local engine scales by exactly one metric: cpu utilization'),
    behavior: z.strictObject({ scaleUp: scalingRules, scaleDown: scalingRules }).optional(),
  }),
});

const base64 = z.string().transform((value) => Buffer.from(value, 'base64').toString('utf8'));

/** The supported kinds. */
export const SCHEMAS = {
  Namespace: z.strictObject({ apiVersion: z.literal('v1'), kind: z.literal('Namespace'), metadata }),
  ConfigMap: z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('ConfigMap'),
    metadata,
    data: strings.default({}),
    ...recorded('immutable'),
  }),
  Secret: z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('Secret'),
    metadata,
    type: z.literal('Opaque').optional(),
    data: z.record(z.string(), base64).default({}),
    stringData: strings.default({}),
    ...recorded('immutable'),
  }),
  Service: service,
  Deployment: deployment,
  StatefulSet: statefulSet,
  HorizontalPodAutoscaler: autoscaler,
};

export type ManifestKind = keyof typeof SCHEMAS;
export type Read<K extends ManifestKind> = z.output<(typeof SCHEMAS)[K]>;
export type Workload = Read<'Deployment'> | Read<'StatefulSet'>;
export type PodTemplate = z.output<typeof podTemplate>;
export type Container = z.output<typeof container>;
export type EnvVar = z.output<typeof envVar>;
export type Probe = z.output<typeof probe>;
export type Volume = z.output<typeof volume>;
export type PortReference = z.output<typeof portReference>;
export type ScalingRules = NonNullable<z.output<typeof scalingRules>>;
