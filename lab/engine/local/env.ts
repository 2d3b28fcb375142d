import { LabError } from '../../model/errors';
import type { Configuration } from './manifests/read';
import type { Container, EnvVar } from './manifests/schema';

/** What fieldRef can ask for. */
export interface PodFields {
  name: string;
  namespace: string;
  podIP: string;
}

/**
 * A container's environment as the kubelet builds it: values in order, $(NAME) replaced by what stands
 * before it, $$(NAME) left as $(NAME), unknown names left as they are.
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
    `Nothing but the manifests is here: add the ${kind} with this key to them, or mark the reference as optional.`,
  );
}

const FIELDS = {
  'metadata.name': (pod: PodFields) => pod.name,
  'metadata.namespace': (pod: PodFields) => pod.namespace,
  'status.podIP': (pod: PodFields) => pod.podIP,
};
