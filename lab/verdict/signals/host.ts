import type { HostEvent, LoadEvent } from '../../model/events';
import { highest, type Recording, within } from '../../recording/recording';
import { grown, growth } from './resources';
import type { Signal } from './signal';

const prometheus = {
  unknown: 'nothing in the cluster scrapes the machine and the load generator',
};

/** About the lab itself: whether the machine, rather than the system, is the bottleneck. */
export const hostSignals: Signal[] = [
  {
    name: 'host_busy',
    title: "share of the machine's CPU in use or stolen",
    unit: 'share',
    valueIn: (recording, _, from, to) => meanHost(recording, from, to, (event) => event.busy + event.steal),
    prometheus,
  },
  {
    name: 'host_steal',
    title: "share of the machine's CPU that the hypervisor gave to others",
    unit: 'share',
    valueIn: (recording, _, from, to) => meanHost(recording, from, to, (event) => event.steal),
    prometheus,
  },
  {
    name: 'cores_left',
    title: 'cores of the machine that other programs leave',
    unit: 'cores',
    valueIn(recording, _, from, to) {
      const total = meanHost(recording, from, to, ({ busy, steal, cores }) => (busy + steal) * cores);
      const cores = meanHost(recording, from, to, (event) => event.cores);
      const lab = meanHost(recording, from, to, ({ labCpu = 0 }) => labCpu);
      const generator = meanLoad(recording, from, to, (event) => event.generatorCpu) ?? 0;
      const containers = growth(recording, 'container_cpu_usage_seconds_total', from, to);
      if (total === undefined || cores === undefined || lab === undefined || containers === undefined)
        return undefined;
      const others = total - lab - generator - (containers * 1000) / (to - from);
      return cores - Math.max(others, 0);
    },
    prometheus,
  },
  {
    name: 'node_busy',
    title: 'share of CPU in use on the busiest node',
    unit: 'share',
    valueIn(recording, _, from, to) {
      const shares = recording.find('node_cpu_usage_seconds_total').flatMap((series) => {
        const { node = '' } = series.labels;
        const cores = recording
          .find('machine_cpu_cores', { node })
          .map((found) => highest(found, from, to) ?? 0)[0];
        const seconds = grown(recording, [series], from, to);
        return cores && seconds !== undefined ? [(seconds * 1000) / (to - from) / cores] : [];
      });
      return shares.length > 0 ? Math.max(...shares) : undefined;
    },
    prometheus: { unknown: 'the kubelet exposes it on an endpoint that few clusters let Prometheus scrape' },
  },
  {
    name: 'lab_delay',
    title: 'largest delay of the lab per second, on average',
    unit: 'ms',
    valueIn: (recording, _, from, to) => meanHost(recording, from, to, (event) => event.labDelayMs),
    prometheus,
  },
  {
    name: 'generator_delay',
    title: 'largest delay of the load generator per second, on average',
    unit: 'ms',
    valueIn: (recording, _, from, to) => meanLoad(recording, from, to, (event) => event.generatorDelayMs),
    prometheus,
  },
  {
    name: 'generator_cpu',
    title: 'CPU used by the load generator',
    unit: 'cores',
    valueIn: (recording, _, from, to) => meanLoad(recording, from, to, (event) => event.generatorCpu),
    prometheus,
  },
];

function meanHost(
  recording: Recording,
  from: number,
  to: number,
  value: (event: HostEvent) => number,
): number | undefined {
  return meanOf(within(recording.hosts, from, to).map(value));
}

function meanLoad(
  recording: Recording,
  from: number,
  to: number,
  value: (event: LoadEvent) => number,
): number | undefined {
  return meanOf(within(recording.load, from, to).map(value));
}

function meanOf(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}
