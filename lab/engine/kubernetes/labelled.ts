import type { KubeObject } from '../../../constructs/kube-object';
import { RUN_LABEL } from './objects';

interface Template {
  metadata?: { labels?: Record<string, string> };
}

/** Adds the run's label to an object and to the pods and volume claims that controllers create from it. */
export function labelled(object: KubeObject, run: string): KubeObject {
  const spec = object.spec as { template?: Template; volumeClaimTemplates?: Template[] } | undefined;
  return {
    ...marked(object, run),
    ...(spec && {
      spec: {
        ...spec,
        ...(spec.template && { template: marked(spec.template, run) }),
        ...(spec.volumeClaimTemplates && {
          volumeClaimTemplates: spec.volumeClaimTemplates.map((claim) => marked(claim, run)),
        }),
      },
    }),
  };
}

function marked<T extends Template>(object: T, run: string): T {
  const { metadata = {} } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [RUN_LABEL]: run } } };
}
