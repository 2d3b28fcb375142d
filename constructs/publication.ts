import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, type Image } from './labels';
import { podsOf, tcp } from './network-policies';
import type { NodeApp } from './node-app';
import { Optional } from './optional';
import type { LabProps } from './schema';
import { sharedBy } from './shared';
import { and, equals, not, or, unlessBlank, unlessEmpty } from './values';

export type PublicationProps = Pick<LabProps['backend'], 'service' | 'ingress' | 'httpRoute'> & {
  app: NodeApp;
  image: Image;
};

/** How clients outside the cluster reach an app, if they do: an Ingress, an HTTPRoute, or its Service. */
export class Publication extends Construct {
  constructor(scope: Construct, id: string, { app, image, service, ingress, httpRoute }: PublicationProps) {
    super(scope, id);
    const { identity, address } = app;
    const name = identity.objectName;
    const labels = appLabels(identity, image);
    new Optional(this, 'ingress', ingress.enabled, (within) => {
      new ApiObject(within, 'ingress', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, labels, annotations: ingress.annotations },
        spec: ingressSpec(ingress, name),
      });
    });
    new Optional(this, 'http-route', httpRoute.enabled, (within) => {
      new ApiObject(within, 'route', {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name, labels, annotations: httpRoute.annotations },
        spec: routeSpec(httpRoute, name, address.port),
      });
    });
    // Other policies allow pods only. Through a Service of these types, clients arrive from anywhere. An ingress
    // controller or gateway may be no pod either: it may use the network of its node.
    const isPublished = or(not(equals(service.type, 'ClusterIP')), or(ingress.enabled, httpRoute.enabled));
    const isOpen = and(sharedBy(this).networkPolicies.enabled, isPublished);
    new Optional(this, 'open', isOpen, (within) => {
      new k8s.KubeNetworkPolicy(within, 'policy', {
        metadata: { name: `${name}-published` },
        spec: {
          podSelector: podsOf(identity),
          policyTypes: ['Ingress'],
          ingress: [{ ports: [tcp(address.port)] }],
        },
      });
    });
  }
}

function ingressSpec({ className, host, path, tls }: LabProps['backend']['ingress'], name: string): object {
  const backend = { service: { name, port: { name: 'http' } } };
  return {
    ingressClassName: unlessBlank(className),
    tls: unlessEmpty(tls),
    rules: [{ host: unlessBlank(host), http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
  };
}

/** With the fields that the API server would add to a list that it compares as a whole. */
function routeSpec(
  { parentRefs, hostnames, path }: LabProps['backend']['httpRoute'],
  name: string,
  port: number,
): object {
  return {
    parentRefs: unlessEmpty(parentRefs),
    hostnames: unlessEmpty(hostnames),
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ group: '', kind: 'Service', name, port, weight: 1 }],
      },
    ],
  };
}
