import type { KubeObject } from '../../../constructs/kube-object';
import { OWN_CONTAINER, RUN_LABEL } from './objects';

interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: { containers?: { name: string }[] };
}

/**
 * Adds the run's label to an object and to the pods and volume claims that controllers create from it. Pods
 * also name their own container, before the cluster injects others: the one that their annotation names if it is
 * theirs, or the first.
 */
export function labelled(object: KubeObject, run: string): KubeObject {
  const spec = object.spec as { template?: Template; volumeClaimTemplates?: Template[] } | undefined;
  return {
    ...marked(object, run),
    ...(spec && {
      spec: {
        ...spec,
        ...(spec.template && { template: withOwnContainer(marked(spec.template, run)) }),
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

function withOwnContainer(template: Template): Template {
  const containers = (template.spec?.containers ?? []).map(({ name }) => name);
  const given = template.metadata?.annotations ?? {};
  // An annotation for all pods of the cluster's own may name a container that this pod does not have.
  const own = containers.find((name) => name === given[OWN_CONTAINER]) ?? containers[0];
  if (own === undefined) return template;
  const annotations = { ...given, [OWN_CONTAINER]: own };
  return { ...template, metadata: { ...template.metadata, annotations } };
}
