import { LabError } from '../../model/errors';
import { type ApiError, isStatus } from './api';

/** Refusals by the words of the API server and its admission controllers, with what to do about each. */
const HINTS: [says: RegExp, hint: string][] = [
  [
    /exceeded quota|failed quota/,
    'A ResourceQuota of the namespace refuses it; `kubectl describe quota` shows what is left. Raise the quota, or ask for less with --set: the requests and limits of backend, downstream, postgres, load.generator and load.collector are settings.',
  ],
  [
    /(minimum|maximum) \S+ usage per|limit to request ratio/,
    'A LimitRange of the namespace refuses it; `kubectl describe limitrange` shows what it allows. Change the LimitRange, or the requests and limits with --set.',
  ],
  [
    /is being terminated/,
    'The namespace is being deleted. Wait until it is gone, or choose another one with -n.',
  ],
  [
    /violates PodSecurity|admission webhook|ValidatingAdmissionPolicy/,
    'An admission rule of the cluster refuses it. Change what the message names, or choose another namespace with -n.',
  ],
];
const RIGHTS_HINT =
  'docs/kubernetes.md lists the rights that the lab needs. Ask for them, or choose another namespace with -n.';
const WRONG_HINT = 'Correct the setting that the message names, or install what it asks for.';
/** Statuses that blame the object, not the rights of the lab or the state of the cluster. */
const WRONG = [400, 404, 422];

/** What to do about a refusal, by its words; undefined for words that the lab does not know. */
export function hintOf(message: string): string | undefined {
  return HINTS.find(([says]) => says.test(message))?.[1];
}

/**
 * An error for people from an answer of the API server.
 * @param what is refused, e.g. "The cluster refuses Deployment backend"
 */
export function refusal(what: string, error: ApiError): LabError {
  const isWrong = isStatus(error, ...WRONG);
  return new LabError(
    `${what}: ${error.message}`,
    isWrong ? 'usage' : 'environment',
    hintOf(error.message) ?? (isWrong ? WRONG_HINT : RIGHTS_HINT),
  );
}
