import type { Claim, Experiment, Condition } from '../model/experiment';
import { signal } from '../verdict/signals';
import { OF_REQUESTS, OF_SYSTEM, type ClientChart, type SystemChart } from '../verdict/signals/shown';
import {
  type Chart,
  type ClaimLine,
  placeKey,
  PODS_PLACE,
  type SignalCurve,
  type RequestRole,
} from './protocol';

/** A chart without its curves: those are the signals that are shown in it. */
type ChartFrame = Omit<Chart, 'curves' | 'group' | 'role'> & { id: ClientChart | SystemChart };

/** What clients see, drawn for each role of an experiment. */
const CLIENT_CHARTS: ChartFrame[] = [
  {
    id: 'rate',
    title: 'Requests per second',
    hint: 'Offered counts iterations when they are due; completed and goodput count requests when they end. A system collapses when goodput falls and the offered load does not.',
    unit: '1/s',
  },
  {
    id: 'latency',
    title: 'Latency from the scheduled start',
    hint: 'Measured from the moment when the request was due, so it includes the wait to be sent.',
    unit: 'ms',
  },
  {
    id: 'errors',
    title: 'Failures per second, by kind',
    hint: 'A timeout points to a queue, a refusal to a process that is gone, a 5xx to a service that gave up.',
    unit: '1/s',
    stacked: true,
  },
];

/** The inside of the system. Every experiment shows all of it, so you also see what is *not* short. */
const SYSTEM_CHARTS: ChartFrame[] = [
  {
    id: 'cpu',
    title: 'Backend CPU',
    hint: 'At the limit, the kernel stops the container until the next period: it is throttled, not killed.',
    unit: 'share',
    limit: { path: 'backend.cpuLimitMillicores', unit: 'm' },
  },
  {
    id: 'memory',
    title: 'Backend memory',
    hint: 'At the limit, the kernel kills the container. Nothing slows down beforehand.',
    unit: 'share',
    limit: { path: 'backend.memoryLimitMebibytes', unit: ' MiB' },
  },
  {
    id: 'workers',
    title: 'Worker queue',
    hint: 'CPU tasks that wait for a thread. As the queue grows, so does the wait.',
    unit: 'count',
  },
  {
    id: 'sockets',
    title: 'Sockets to the downstream',
    hint: 'Once all are in use, every call waits for one, however quick the call itself is.',
    unit: 'share',
    rightUnit: 'count',
  },
  {
    id: 'pool',
    title: 'Database connection pool',
    hint: 'Queries wait here while the database itself may be idle.',
    unit: 'share',
    rightUnit: 'count',
  },
  {
    id: 'loop',
    title: 'Event-loop delay',
    hint: 'The delay of the one thread that serves all requests (p99).',
    unit: 'ms',
  },
  {
    id: 'downstream',
    title: 'Downstream',
    hint: 'A dependency that gets slower the more calls it gets.',
    unit: 'ms',
    rightUnit: 'share',
  },
  {
    id: 'postgres',
    title: 'PostgreSQL',
    hint: 'Queries that wait in front of an idle database are the mark of a pool that is too small.',
    unit: 'share',
    limit: { path: 'postgres.cpuLimitMillicores', unit: 'm' },
  },
];

/** What each pod's lane shows. */
export const POD_SIGNALS = ['cpu_limit_share', 'memory_limit_share'];

const ROLES: RequestRole[] = ['aggressor', 'victim', 'control'];

export interface Drawing {
  curves: SignalCurve[];
  charts: Chart[];
  lines: ClaimLine[];
  /** Where each signal is seen: ids of charts, or the pods. */
  seenIn: Record<string, string[]>;
}

/** Where the page shows what a claim is about: the charts that it is drawn in, or those of its signal. */
export function placesOf(claim: Claim, { charts, lines, seenIn }: Drawing): string[] {
  const drawn = lines.filter((line) => line.claim === claim.id).map(({ chart }) => chart);
  if (drawn.length > 0) return drawn.slice(0, 1);
  const [condition] = levelsOf(claim) as [Condition];
  const places = seenIn[placeKey(condition)] ?? [];
  const own = places.filter((id) => charts.find((chart) => chart.id === id)?.role === condition.role);
  return own.length > 0 ? own : places;
}

/**
 * The charts of an experiment, with its claims as lines. A claim about any other signal gets its own chart.
 */
export function drawingOf(experiment: Experiment): Drawing {
  const curves: SignalCurve[] = [];
  const indexOf = (curve: Omit<SignalCurve, 'title' | 'unit'>): number => {
    const known = curves.findIndex((other) => isSame(other, curve));
    if (known >= 0) return known;
    const { title, unit } = signal(curve.signal);
    return curves.push({ ...curve, title, unit }) - 1;
  };
  const draw = (frame: ChartFrame, group: Chart['group'], role?: RequestRole): Chart => ({
    ...frame,
    id: role ? `${frame.id}-${role}` : frame.id,
    group,
    ...(role && { role }),
    curves: (role ? OF_REQUESTS : OF_SYSTEM).flatMap(({ signal: name, app, chart }) => {
      if (chart?.in !== frame.id) return [];
      const { in: _, ...style } = chart;
      return [{ ...style, curve: indexOf({ signal: name, ...(app && { app }), ...(role && { role }) }) }];
    }),
  });
  const roles = ROLES.filter((role) => experiment.roles[role]);
  const charts = [
    ...roles.flatMap((role) => CLIENT_CHARTS.map((frame) => draw(frame, 'clients', role))),
    ...SYSTEM_CHARTS.map((frame) => draw(frame, 'system')),
  ];
  const lines = experiment.claims.flatMap((claim) =>
    levelsOf(claim).flatMap((level): ClaimLine[] => {
      const curve = curveOf(level, roles);
      let chart = charts.find((candidate) => holds(candidate, curves, curve));
      if (!chart && isDrawable(level)) {
        charts.push((chart = chartOfClaim(curve, indexOf)));
      }
      if (!chart) return [];
      const drawn = chart.curves.find((candidate) => isSame(curves[candidate.curve] as SignalCurve, curve));
      const { is, threshold, during = [0, 'end'] } = level;
      const isRelative = 'relativeTo' in claim && claim.relativeTo !== undefined;
      const axis = drawn?.axis ?? 'left';
      return [
        { claim: claim.id, chart: chart.id, axis, is, during, ...(!isRelative && { level: threshold }) },
      ];
    }),
  );
  return { curves, charts, lines, seenIn: placesOfSignals(charts) };
}

function placesOfSignals(charts: Chart[]): Drawing['seenIn'] {
  const idsOf = (place: string): string[] =>
    charts.filter(({ id, role }) => id === (role ? `${place}-${role}` : place)).map(({ id }) => id);
  return Object.fromEntries(
    [...OF_REQUESTS, ...OF_SYSTEM].flatMap(({ signal: name, app, chart, seenIn }) => {
      const place = chart?.in ?? seenIn;
      if (place === undefined) return [];
      return [
        [placeKey({ signal: name, ...(app && { app }) }), place === PODS_PLACE ? [place] : idsOf(place)],
      ];
    }),
  );
}

function levelsOf(claim: Claim): Condition[] {
  return 'first' in claim ? [claim.first, claim.then] : [claim];
}

/** If there is only one kind of requests, a claim about all requests is about that kind. */
function curveOf({ signal: name, role, name: request, app }: Condition, roles: RequestRole[]) {
  const isOfRequests = OF_REQUESTS.some(({ chart, signal: shown }) => chart && shown === name);
  const whose = role ?? (isOfRequests && roles.length === 1 ? roles[0] : undefined);
  const other = app === 'backend' ? undefined : app;
  return {
    signal: name,
    ...(whose && { role: whose }),
    ...(request !== undefined && { name: request }),
    ...(other && { app: other }),
  };
}

/** Kills and restarts are marks in the pods' lanes, not curves. */
function isDrawable({ signal: name }: Condition): boolean {
  return signal(name).unit !== 'count';
}

function chartOfClaim(
  curve: Omit<SignalCurve, 'title' | 'unit'>,
  indexOf: (curve: Omit<SignalCurve, 'title' | 'unit'>) => number,
): Chart {
  const { title, unit } = signal(curve.signal);
  const whose = [curve.role, curve.name, curve.app].filter(Boolean);
  return {
    id: ['claim', curve.signal, ...whose].join('-').replace(/[^\w-]+/g, '-'),
    title: title[0]?.toUpperCase() + title.slice(1),
    hint: curve.name ? `Requests of ${curve.name}.` : 'A claim is about this signal.',
    group: 'claims',
    ...(curve.role && { role: curve.role }),
    unit,
    curves: [{ curve: indexOf(curve), label: curve.name ?? 'measured', tone: 'first', key: true }],
  };
}

function holds(chart: Chart, curves: SignalCurve[], wanted: Omit<SignalCurve, 'title' | 'unit'>): boolean {
  return chart.curves.some(({ curve }) => isSame(curves[curve] as SignalCurve, wanted));
}

function isSame(a: Omit<SignalCurve, 'title' | 'unit'>, b: Omit<SignalCurve, 'title' | 'unit'>): boolean {
  return a.signal === b.signal && a.role === b.role && a.name === b.name && a.app === b.app;
}
