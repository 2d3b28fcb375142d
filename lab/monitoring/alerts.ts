import type { Condition } from '../model/experiment';
import { CAUSES, firstOfEachName, SYMPTOMS, type Cause, type Sign, type Symptom } from '../verdict/causes';
import { stepInWords } from '../verdict/advice/advice';
import { SUSTAINED } from '../verdict/signs';
import { format } from '../verdict/format';
import { signal } from '../verdict/signals';
import { conditionOf } from './query';

/** The namespace in the committed rules. The constructs replace it with the lab's own. */
export const NAMESPACE = 'load-testing';

/** How far rules look back: four scrapes at the default interval, and longer for rare events. */
const RANGE = { level: '1m', adds: '5m' };

/** One Prometheus rule, as in its file. */
export interface LabAlert {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
  /** `runbook` is the path of the page that explains it. The constructs make an address of it. */
  annotations: { summary: string; description: string; runbook: string };
}

interface Alert {
  name: string;
  when: Condition[];
  forSeconds: number;
  severity: 'info' | 'warning' | 'critical';
  summary: string;
  description: string;
  lesson: string;
  /** Alerts that suppress this one while they are pending or firing. */
  unless?: string[];
  /** What must be so at the same moment, whatever was measured before. */
  while?: { promql: string[]; says: string };
}

/** Selects the Deployment of the backend. */
const BACKEND = `{namespace="${NAMESPACE}",deployment="backend"}`;

/** Outages that no diagnosis names but that are worth waking somebody for. */
const OUTAGES: Alert[] = [
  {
    name: 'NoPodAvailable',
    when: [{ signal: 'available_replicas', is: '<', threshold: 1 }],
    // The last minute still holds the moments before a start was complete. Who takes the system down removes the
    // Deployment, or scales it to 0, and wants no pod. Half a minute covers the moments in which its pods are gone
    // already.
    while: {
      promql: [
        `(sum(kube_deployment_status_replicas_available${BACKEND})) < 1`,
        `(sum(kube_deployment_spec_replicas${BACKEND})) >= 1`,
      ],
      says: 'the Deployment wants one and has none',
    },
    forSeconds: 30,
    severity: 'critical',
    summary: 'no backend pod is available',
    description:
      'Every pod is unready, restarting or waiting in back-off, so connections are refused. Find out why the last container ended (kubectl describe pod). OOMKilled points to the memory lesson. A failed liveness probe points to a pod that was too busy to answer it.',
    lesson: 'memory-stress',
  },
  {
    name: 'RestartLoop',
    when: [{ signal: 'restarts', is: '>=', threshold: 3 }],
    forSeconds: 0,
    severity: 'critical',
    summary: 'backend containers restart again and again',
    description:
      'Three restarts in five minutes are no accident. The kubelet waits longer before each one (10 s, 20 s … 5 min), and each one loses the requests in the container. A restart hides the cause: look at the reason of the last termination.',
    lesson: 'memory-stress',
  },
];

/**
 * An alert for every symptom and every cause of the diagnosis that Prometheus can see, with the same
 * thresholds and the same precedence.
 */
export function alerts(): Alert[] {
  const causes = firstOfEachName(
    CAUSES.filter(({ name, signs }) => name !== 'healthy' && isVisible(signs[0])),
  ).map(ofCause);
  const names = causes.map(({ name }) => name);
  return [
    ...OUTAGES,
    ...SYMPTOMS.filter(isVisible).map(ofSymptom),
    ...causes.map((cause, index) => ({ ...cause, unless: names.slice(0, index) })),
  ];
}

/** A cause matters only while requests are harmed. Errors of clients are no reason to wake anybody. */
const REQUESTS_HARMED: Sign = {
  signal: 'harmed_routes',
  ...SUSTAINED,
  is: '>=',
  threshold: 1,
  yes: 'requests failed or took over a second',
  no: 'requests neither failed nor took over a second',
};

function signsOf({ signs: all, harmsNobody, endsProcesses }: Cause): Sign[] {
  const signs = all.filter(({ isOptional }) => !isOptional || all[0]?.signal === 'oom_kills');
  return harmsNobody || endsProcesses ? signs : [...signs, REQUESTS_HARMED];
}

/** Whether Prometheus can detect it. For a cause, the first sign is indispensable. */
function isVisible(condition: Condition | undefined): boolean {
  return condition !== undefined && conditionOf(condition, NAMESPACE, RANGE.level) !== undefined;
}

function ofSymptom(symptom: Symptom): Alert {
  const { name, says, lesson } = symptom;
  return {
    name: `Symptom${pascal(name)}`,
    when: [symptom],
    forSeconds: isSudden([symptom]) ? 0 : 30,
    severity: 'warning',
    summary: says,
    description: `This is a symptom (${inWords(symptom)}), not a cause. An alert whose name begins with Cause names the cause once its other signs are present.`,
    lesson,
  };
}

function ofCause(cause: Cause): Alert {
  const { name, mechanism, tryNext, lesson } = cause;
  const signs = signsOf(cause);
  const unseen = signs.filter((sign) => conditionOf(sign, NAMESPACE, '1m') === undefined);
  const evidence = signs.filter((sign) => !unseen.includes(sign)).map(({ yes }) => yes);
  return {
    name: `Cause${pascal(name)}`,
    when: signs,
    forSeconds: isSudden(signs) ? 0 : 30,
    severity: isWorthWaking(cause) ? 'critical' : 'info',
    summary: `diagnosis: ${name}`,
    description: [
      `${capital(mechanism)}`,
      `Evidence: ${evidence.join('; ')}.`,
      ...(unseen.length > 0 ? [`Not visible to Prometheus: ${unseen.map(({ yes }) => yes).join('; ')}.`] : []),
      `Try: ${tryNext.map(stepInWords).join('; ')}.`,
    ].join(' '),
    lesson,
  };
}

/** The rules of the namespace, for Prometheus. */
export function alertRules(): LabAlert[] {
  return alerts().map((alert) => {
    const { name, forSeconds, severity, summary, description, lesson } = alert;
    return {
      alert: name,
      expr: expressionOf(alert),
      for: `${forSeconds}s`,
      labels: { namespace: NAMESPACE, severity },
      annotations: { summary, description, runbook: `loadtests/${lesson}/README.md` },
    };
  });
}

function expressionOf({ when, unless = [], while: meanwhile }: Alert): string {
  const range = isSudden(when) ? RANGE.adds : RANGE.level;
  const conditions = when
    .map((condition) => conditionOf(condition, NAMESPACE, range))
    .filter((condition) => condition !== undefined)
    .concat(meanwhile?.promql ?? []);
  const more = `\nunless on () ALERTS{namespace="${NAMESPACE}",alertname=~"${unless.join('|')}"}`;
  return conditions.join('\nand ') + (unless.length > 0 ? more : '');
}

/** All conditions of an alert in words. */
export function conditionsInWords({ when, while: meanwhile }: Alert): string {
  return [...when.map(inWords), ...(meanwhile ? [meanwhile.says] : [])].join(', and ');
}

/** The condition in words: "p95 latency >= 1 s". */
function inWords({ signal: name, is, threshold, app }: Condition): string {
  const { title, unit } = signal(name);
  return `${title}${app === undefined ? '' : ` of ${app}`} ${is} ${format(threshold, unit)}`;
}

/** Kills and similar events happen once and need not persist. */
function isSudden(conditions: Condition[]): boolean {
  return conditions.some((condition) => signal(condition.signal).adds);
}

/** Neither mere slowness nor mistakes of clients are worth waking anybody for. */
function isWorthWaking({ isAsAlways, explains = ['other'] }: Cause): boolean {
  return !isAsAlways && explains.some((kind) => kind !== 'client error');
}

function pascal(words: string): string {
  return words.split(/[^A-Za-z0-9]+/).map(capital).join('');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
