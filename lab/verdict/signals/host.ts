import type { HostEvent, LoadEvent } from '../../telemetry/events';
import type { Recording } from '../../telemetry/recording';
import type { Signal } from './signal';

/** About the lab itself: is it the machine, rather than the system, that is the bottleneck? */
export const hostSignals: Signal[] = [
  {
    name: 'host_busy',
    title: "share of the machine's CPU in use or stolen",
    unit: 'share',
    over: (recording, _, from, to) => meanHost(recording, from, to, (event) => event.busy + event.steal),
  },
  {
    name: 'host_steal',
    title: "share of the machine's CPU that its hypervisor gave to others",
    unit: 'share',
    over: (recording, _, from, to) => meanHost(recording, from, to, (event) => event.steal),
  },
  {
    name: 'generator_delay',
    title: 'delay of the load generator, at most',
    unit: 'ms',
    over: (recording, _, from, to) => mostLoad(recording, from, to, (event) => event.generatorDelayMs),
  },
  {
    name: 'generator_cpu',
    title: 'CPU used by the load generator, at most',
    unit: 'cores',
    over: (recording, _, from, to) => mostLoad(recording, from, to, (event) => event.generatorCpu),
  },
];

function meanHost(
  recording: Recording,
  from: number,
  to: number,
  value: (event: HostEvent) => number,
): number | undefined {
  const seen = recording.hosts.filter((event) => event.t > from && event.t <= to);
  return seen.length > 0 ? seen.reduce((sum, event) => sum + value(event), 0) / seen.length : undefined;
}

function mostLoad(
  recording: Recording,
  from: number,
  to: number,
  value: (event: LoadEvent) => number,
): number | undefined {
  const seen = recording.load.filter((event) => event.t > from && event.t <= to).map(value);
  return seen.length > 0 ? Math.max(...seen) : undefined;
}
