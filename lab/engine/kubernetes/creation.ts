import type { KubeObject } from '../../../constructs/kube-object';
import { LabError } from '../../model/errors';
import { isStatus, type KubeApi } from './api';
import { FIELD_MANAGER, RUN_LABEL } from './objects';

/**
 * Creates an object of a run, which its label names. It never changes an object that is there already, because
 * that one may be somebody else's, and the end of the run would remove it.
 * @throws LabError (usage) if there is one of this name that is not the run's; ApiError for any other refusal.
 */
export async function createOwn(api: KubeApi, object: KubeObject): Promise<void> {
  await api.create(object, FIELD_MANAGER).catch(async (error: unknown) => {
    if (!isStatus(error, 409)) throw error;
    const found = await api.get(await api.pathOf(object));
    if (!found) throw error;
    // It is the run's own if the answer to its creation was lost.
    if (runOf(found) !== runOf(object)) throw taken(object, runOf(found));
  });
}

function runOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[RUN_LABEL];
}

function taken({ kind, metadata: { name, namespace } }: KubeObject, run: string | undefined): LabError {
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  const what = `There is a ${kind} ${name}${where} already, and it is not this run's.`;
  return new LabError(what, 'usage', `${ownerHint(run)} ${freeHint(kind, name, namespace)}`);
}

function ownerHint(run: string | undefined): string {
  return run === undefined ? 'The lab did not make it, and overwrites nothing.' : `It belongs to run ${run}.`;
}

function freeHint(kind: string, name: string, namespace: string | undefined): string {
  const within = namespace === undefined ? '' : `-n ${namespace} `;
  const remove = `Remove it with \`kubectl ${within}delete ${kind.toLowerCase()} ${name}\` if nobody needs it`;
  return namespace === undefined
    ? `${remove}, or leave out what needs it, for example monitoring.mode=bundled.`
    : `${remove}, or choose another namespace.`;
}
