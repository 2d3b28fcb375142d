import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { KubeObject } from './kube-object';

/** Apps that check their objects already. */
const checked = new WeakSet<IConstruct>();

/** Lets the app around a construct refuse, when it is synthesized, two objects that the cluster would take for one. */
export function refuseDuplicates(construct: Construct): void {
  const { root } = construct.node;
  if (checked.has(root)) return;
  checked.add(root);
  root.node.addValidation({ validate: () => duplicates(root) });
}

/** One line for each object that has the kind, name and namespace of an earlier one. */
function duplicates(root: IConstruct): string[] {
  const first = new Map<string, ApiObject>();
  return root.node
    .findAll()
    .filter((construct) => ApiObject.isApiObject(construct))
    .filter(({ kind }) => kind !== 'Namespace') // the same one, whoever makes it
    .flatMap((object) => {
      // As synthesized: some objects lose the namespace of their chart.
      const { namespace } = (object.toJson() as KubeObject).metadata;
      const key = [object.apiGroup, object.kind, object.name, namespace].join('/');
      const earlier = first.get(key);
      if (!earlier) first.set(key, object);
      return earlier ? [sameName(earlier, object, namespace)] : [];
    });
}

function sameName(earlier: ApiObject, later: ApiObject, namespace: string | undefined): string {
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  return `${later.node.path}: ${earlier.node.path} is already called ${later.kind}/${later.name}${where}; give one of the constructs another id, or one of the charts another namespace or prefix of names`;
}
