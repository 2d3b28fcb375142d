import { LabError } from '../../model/errors';
import type { Configuration } from './manifests/read';
import type { Container, EnvVar } from './manifests/schema';

/** The pod fields that fieldRef can refer to. */
export interface PodFields {
  name: string;
  namespace: string;
  podIP: string;
}

/**
 * A container's environment, built as the kubelet does it. Values are read in order. $(NAME) becomes the
 * value of an earlier variable, $$(NAME) becomes $(NAME), and unknown names stay as they are.
 * @throws LabError (usage) for a reference to a Secret, ConfigMap or key that is not in the manifests.
 */
export function containerEnv(
  container: Container,
  pod: PodFields,
  config: Configuration,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const variable of container.env) {
    const value = variable.valueFrom ? fromSource(variable, pod, config) : expand(variable.value ?? '', env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

/** Kubernetes' $(NAME) expansion, for env values, command and args. */
export function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? all),
  );
}

function fromSource({ name, valueFrom }: EnvVar, pod: PodFields, config: Configuration): string | undefined {
  if (valueFrom?.fieldRef) return FIELDS[valueFrom.fieldRef.fieldPath](pod);
  const [kind, reference] = valueFrom?.secretKeyRef
    ? (['Secret', valueFrom.secretKeyRef] as const)
    : (['ConfigMap', valueFrom!.configMapKeyRef!] as const);
  const value = config[kind].get(reference.name)?.[reference.key];
  if (value !== undefined || reference.optional) return value;
  throw new LabError(
    `env ${name} refers to key "${reference.key}" of ${kind}/${reference.name}, which is not in the manifests`,
    'usage',
    `The local engine reads only the manifests. Add the ${kind} with this key to them, or mark the reference as optional.`,
  );
}

const FIELDS = {
  'metadata.name': (pod: PodFields) => pod.name,
  'metadata.namespace': (pod: PodFields) => pod.namespace,
  'status.podIP': (pod: PodFields) => pod.podIP,
};
