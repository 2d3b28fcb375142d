import { z } from 'zod';
import { flag, group, int, map, plain, structures, text } from './setting';

// Settings that Helm users expect of every workload. Each is off, empty or the default of Kubernetes.

/** Of every Deployment of the lab's own programs. */
export const workload = {
  extraEnv: structures('More variables of the container, written as in a pod. The default is none.'),
  extraVolumes: structures('More volumes of the pod, written as in a pod. The default is none.'),
  extraVolumeMounts: structures(
    'Where the container sees these volumes, written as in a pod. The default is none.',
  ),
  serviceAccount: group('The account of the pods. They get no token for the API server.', {
    create: flag(false, 'When on, an account is made. Off, because no pod calls the API server.'),
    name: text(
      '',
      'optionalName',
      "Name of the account. Empty: the app's own if it is made, otherwise default.",
    ),
    annotations: map('annotationValue', 'Annotations of the account that is made.'),
  }),
  podDisruptionBudget: group('How many pods maintenance may take at once, if there are several.', {
    enabled: flag(true, 'On, so that the drain of a node never takes all pods.'),
    maxUnavailable: int(1, 1, 50, 'Pods that may be missing. One at a time.'),
  }),
};

/** Of the app that clients outside the cluster may call. */
export const published = {
  service: group('The Service in front of the pods.', {
    type: z
      .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
      .default('ClusterIP')
      .describe('ClusterIP, so that nothing is reachable from outside the cluster.'),
    nodePort: int(
      0,
      0,
      32_767,
      'Port on every node, for NodePort and LoadBalancer. 0: the cluster chooses one.',
    ),
    annotations: map('annotationValue', 'Annotations of the Service.'),
  }),
  ingress: group('An Ingress to the Service.', {
    enabled: flag(false, 'Off, so that nothing is reachable from outside the cluster.'),
    className: text('', 'optionalName', "IngressClass. Empty: the cluster's default."),
    annotations: map('annotationValue', 'Annotations of the Ingress.'),
    host: text('', 'optionalHost', 'Host that clients name. Empty: any.'),
    path: text('/', 'path', 'Beginning of the paths that are passed on. All of them.'),
    tls: structures('Certificates, written as in an Ingress: [{hosts, secretName}]. The default is none.'),
  }),
  httpRoute: group('An HTTPRoute of the Gateway API to the Service. It needs the CRDs of that API.', {
    enabled: flag(false, 'Off, so that nothing is reachable from outside the cluster.'),
    annotations: map('annotationValue', 'Annotations of the HTTPRoute.'),
    parentRefs: structures(
      'Gateways that the route belongs to, written as in an HTTPRoute. Required in practice.',
    ),
    hostnames: z
      .array(plain('host'))
      .default([])
      .describe('Hosts that clients name. The default is none: any.'),
    path: text('/', 'path', 'Beginning of the paths that are passed on. All of them.'),
  }),
};
