import type { Condition } from '../model/experiment';
import { CAUSES, SYMPTOMS, type Cause, type Symptom } from '../verdict/causes';
import { format } from '../verdict/format';
import { signal } from '../verdict/signals';
import { conditionOf } from './query';

/** The namespace in the committed rules; the constructs put the lab's own in its place. */
export const NAMESPACE = 'load-testing';

/** Looked back on: four scrapes at the default interval, and longer for what happens now and then. */
const RANGE = { level: '1m', adds: '5m' };

/** One rule of Prometheus, as its file holds it. */
export interface AlertRule {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
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
  /** Alerts that, pending or firing, keep this one quiet. */
  unless?: string[];
}

/** What no diagnosis names, and somebody should get up for. */
const OUTAGES: Alert[] = [
  {
    name: 'NoPodAvailable',
    when: [{ signal: 'available_replicas', is: '<', threshold: 1 }],
    forSeconds: 0,
    severity: 'critical',
    summary: 'no pod of the backend can serve',
    description:
      'Every pod is unready, restarting or waiting in back-off, so connections are refused. Look at why the last container ended (kubectl describe pod): OOMKilled is the memory lesson, a failed liveness probe is a pod that was too busy to answer it.',
    lesson: 'memory-stress',
  },
  {
    name: 'RestartLoop',
    when: [{ signal: 'restarts', is: '>=', threshold: 3 }],
    forSeconds: 0,
    severity: 'critical',
    summary: 'containers of the backend restart again and again',
    description:
      'Three restarts in five minutes are no accident. Between them the kubelet waits longer each time (10 s, 20 s … 5 min), and requests in the container are lost with each. A restart hides the cause: look at the reason of the last termination.',
    lesson: 'memory-stress',
  },
];

/** An alert for every symptom and every cause of the diagnosis that Prometheus can see, with the same thresholds and the same precedence. */
export function alerts(): Alert[] {
  const causes = CAUSES.filter(({ name, signs }) => name !== 'healthy' && isVisible(signs[0])).map(ofCause);
  const names = causes.map(({ name }) => name);
  return [
    ...OUTAGES,
    ...SYMPTOMS.filter(isVisible).map(ofSymptom),
    ...causes.map((cause, index) => ({ ...cause, unless: names.slice(0, index) })),
  ];
}

/** Whether Prometheus can tell it; of a cause, its first sign is what it cannot be told without. */
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
    description: `A symptom (${inWords(symptom)}), not yet a cause: an alert whose name begins with Cause says what is behind it, once its other signs are there.`,
    lesson,
  };
}

function ofCause({ name, mechanism, signs, tryNext, lesson }: Cause): Alert {
  const unseen = signs.filter((sign) => conditionOf(sign, NAMESPACE, '1m') === undefined);
  const evidence = signs.filter((sign) => !unseen.includes(sign)).map(({ yes }) => yes);
  return {
    name: `Cause${pascal(name)}`,
    when: signs,
    forSeconds: isSudden(signs) ? 0 : 30,
    severity: doesHarm(signs) ? 'critical' : 'info',
    summary: `diagnosis: ${name}`,
    description: [
      `${capital(mechanism)}`,
      `Evidence: ${evidence.join('; ')}.`,
      ...(unseen.length > 0 ? [`Not seen by Prometheus: ${unseen.map(({ yes }) => yes).join('; ')}.`] : []),
      `Try: ${tryNext.join('; ')}.`,
    ].join(' '),
    lesson,
  };
}

/** The rules of the namespace, for Prometheus. */
export function alertRules(): AlertRule[] {
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

function expressionOf({ when, unless = [] }: Alert): string {
  const range = isSudden(when) ? RANGE.adds : RANGE.level;
  const conditions = when
    .map((condition) => conditionOf(condition, NAMESPACE, range))
    .filter((condition) => condition !== undefined);
  const more = `\nunless on () ALERTS{namespace="${NAMESPACE}",alertname=~"${unless.join('|')}"}`;
  return conditions.join('\nand ') + (unless.length > 0 ? more : '');
}

/** What the condition says, for people: "p95 latency >= 1 s". */
export function inWords({ signal: name, is, threshold, app }: Condition): string {
  const { title, unit } = signal(name);
  return `${title}${app === undefined ? '' : ` of ${app}`} ${is} ${format(threshold, unit)}`;
}

/** Kills and the like: they happened, and need not go on to be true. */
function isSudden(conditions: Condition[]): boolean {
  return conditions.some((condition) => signal(condition.signal).adds);
}

/** What is merely slow is nothing to get up for. */
function doesHarm(conditions: Condition[]): boolean {
  return isSudden(conditions) || conditions.some((condition) => condition.signal === 'harmed_routes');
}

function pascal(words: string): string {
  return words.split(/[^A-Za-z0-9]+/).map(capital).join('');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
