import type { App, RequestRole } from '../protocol';
import { h, setAttribute, setText } from './dom';
import { eventsOf, podsOf, stateAfter, statusOf, troubleOf } from './pods';
import type { PagePart, State } from './state';
import { clock, shown } from './text';

const MOST_PODS = 4;

/** A bar from zero to its limit, with its value as text. */
class GaugeElement {
  readonly element: HTMLElement;
  private readonly bar = h('span', { class: 'bar-fill' });
  private readonly text = h('span', { class: 'value' }, '–');

  constructor(label: string) {
    this.element = h(
      'div',
      { class: 'gauge' },
      h('span', { class: 'label' }, label),
      h('span', { class: 'bar', 'aria-hidden': 'true' }, this.bar),
      this.text,
    );
  }

  show(share: number | null, text: string, isSaturated: boolean): void {
    this.bar.style.width = `${Math.min(Math.max(share ?? 0, 0), 1) * 100}%`;
    setText(this.text, text);
    this.element.classList.toggle('saturated', isSaturated);
  }
}

/** A part of the system that can run short of a resource. */
abstract class MapNode {
  readonly element: HTMLElement;
  private readonly badge = h('p', { class: 'badge' });

  constructor(kind: string, title: string, ...children: Node[]) {
    this.element = h('div', { class: `node ${kind}` }, h('h4', {}, title), ...children, this.badge);
  }

  abstract update(state: State): void;

  protected mark(what: string | undefined): void {
    this.element.classList.toggle('hot', what !== undefined);
    setText(this.badge, what === undefined ? '' : `▲ ${what}`);
  }
}

const read = ({ arm, at }: State, signal: string, app?: App): number | null =>
  arm?.recent(arm.find({ signal, ...(app && { app }) }), at) ?? null;

function isSaturated({ run }: State, signal: string, value: number | null): boolean {
  const level = run.setup.saturated[signal];
  return level !== undefined && value !== null && value >= level;
}

/**
 * Requests of each role in one second: how many were due, how many ended, and how many of those were good.
 * A request may end later than it was due, so only the last two can be compared.
 */
class LoadNode extends MapNode {
  private readonly gauges: [RequestRole, GaugeElement][];

  constructor(state: State) {
    const gauges = (Object.entries(state.run.setup.roles) as [RequestRole, string][]).map(
      ([role, label]): [RequestRole, GaugeElement] => [role, new GaugeElement(label)],
    );
    super('load', 'Load', ...gauges.map(([, gauge]) => gauge.element));
    this.gauges = gauges;
  }

  update({ arm, at }: State): void {
    for (const [role, gauge] of this.gauges) {
      const curves = ['offered_rate', 'request_rate', 'goodput'].map(
        (signal) => arm?.find({ signal, role }) ?? -1,
      );
      const [offered = null, ended = null, good = null] = arm?.recentRow(curves, at) ?? [];
      if (offered === null || ended === null || good === null) {
        gauge.show(null, '–', false);
        continue;
      }
      const most = Math.max(offered, ended);
      const share = most > 0 ? good / most : null;
      const text = `offered ${shown(offered, '1/s')}, ended ${shown(ended, '1/s')}, good ${shown(good, '1/s')}`;
      gauge.show(share, text, share !== null && share < 0.5);
    }
  }
}

class BackendNode extends MapNode {
  private readonly pods: HTMLElement;
  private readonly gauges = new Map<
    string,
    { status: HTMLElement; cpu: GaugeElement; memory: GaugeElement; box: HTMLElement }
  >();
  private readonly more = h('p', { class: 'more' });
  private readonly queue = h('p', { class: 'queue' });

  constructor() {
    const pods = h('div', { class: 'pods' });
    super('backend', 'Backend', pods);
    this.pods = pods;
    this.element.append(this.more, this.queue);
  }

  update(state: State): void {
    const { arm, at } = state;
    const all = arm ? podsOf(arm).flatMap(({ pod, app }) => (app === 'backend' ? [pod] : [])) : [];
    const pods = all.slice(0, MOST_PODS);
    for (const [pod, { box }] of this.gauges) {
      if (pods.includes(pod)) continue;
      box.remove();
      this.gauges.delete(pod);
    }
    const short = pods.flatMap((pod) => this.updatePod(state, pod));
    pods.forEach((pod, index) => {
      const [box, at] = [this.gauges.get(pod)?.box, this.pods.children[index] ?? null];
      if (box && at !== box) this.pods.insertBefore(box, at);
    });
    setText(this.more, all.length > pods.length ? `and ${all.length - pods.length} more` : '');
    const queue = read(state, 'worker_queue');
    setText(
      this.queue,
      queue !== null && queue >= 1 ? `${shown(queue, 'count')} tasks wait for a worker` : '',
    );
    const troubles = all.flatMap((pod) => (arm && troubleOf(eventsOf(arm, pod, at))) ?? []);
    const count = all.length > 1 && troubles[0] ? `${troubles.length} of ${all.length} pods: ` : '';
    this.mark(troubles[0] ? count + troubles[0] : short[0]);
  }

  private updatePod(state: State, pod: string): string[] {
    const { arm, at } = state;
    if (!arm) return [];
    const { cpu, memory, status, box } = this.gaugesOf(pod);
    const happened = eventsOf(arm, pod, at);
    setText(status, statusOf(happened));
    setAttribute(box, 'data-state', stateAfter(happened));
    const value = (signal: string): number | null =>
      arm.recent(
        arm.curves.findIndex((curve) => curve.pod === pod && curve.signal === signal),
        at,
      );
    const [used, kept] = [value('cpu_limit_share'), value('memory_limit_share')];
    const [noCpu, noMemory] = [
      isSaturated(state, 'cpu_limit_share', used),
      (kept ?? 0) >= (state.run.setup.saturated['memory_limit_share'] ?? Infinity),
    ];
    cpu.show(used, shown(used, 'share'), noCpu);
    memory.show(kept, shown(kept, 'share'), noMemory);
    return [...(noMemory ? ['memory near its limit'] : []), ...(noCpu ? ['CPU at its limit'] : [])];
  }

  private gaugesOf(pod: string) {
    let found = this.gauges.get(pod);
    if (!found) {
      const [cpu, memory, status] = [
        new GaugeElement('CPU'),
        new GaugeElement('memory'),
        h('span', { class: 'status' }),
      ];
      const head = h('p', { class: 'pod-head' }, h('span', { class: 'dot', 'aria-hidden': 'true' }), status);
      const box = h('div', { class: 'pod-box', title: pod }, head, cpu.element, memory.element);
      this.pods.append(box);
      this.gauges.set(pod, (found = { status, cpu, memory, box }));
    }
    return found;
  }
}

/** What limits a path between two parts: sockets or connections. */
class Path extends MapNode {
  constructor(
    kind: string,
    title: string,
    private readonly used: string,
    private readonly waiting: string,
    private readonly says: string,
    private readonly gauge = new GaugeElement('in use'),
    private readonly queue = new GaugeElement('waiting'),
  ) {
    super(`path ${kind}`, title, gauge.element, queue.element);
    queue.element.classList.add('without-bar');
  }

  update(state: State): void {
    const [used, waiting] = [read(state, this.used), read(state, this.waiting)];
    const isFull = isSaturated(state, this.used, used);
    this.gauge.show(used, shown(used, 'share'), isFull);
    this.queue.show(null, shown(waiting, 'count'), waiting !== null && waiting >= 1);
    this.mark(isFull && (waiting ?? 0) >= 1 ? this.says : undefined);
  }
}

class Dependency extends MapNode {
  constructor(
    private readonly app: App,
    title: string,
    private readonly latency?: string,
    private readonly cpu = new GaugeElement('CPU'),
    private readonly time = h('p', { class: 'queue' }),
  ) {
    super(app, title, cpu.element, time);
  }

  update(state: State): void {
    const used = read(state, 'cpu_limit_share', this.app);
    const isFull = isSaturated(state, 'cpu_limit_share', used);
    this.cpu.show(used, shown(used, 'share'), isFull);
    const latency = this.latency === undefined ? null : read(state, this.latency);
    setText(this.time, latency === null ? '' : `${shown(latency, 'ms')} per call`);
    this.mark(isFull ? 'CPU at its limit' : undefined);
  }
}

/**
 * The system as a picture: the load, the backend pods and their dependencies. Parts that run short are
 * marked.
 */
export class MapPart implements PagePart {
  readonly element: HTMLElement;
  /** The second that is shown. */
  readonly moment = h('p', { class: 'at' });
  private readonly nodes: MapNode[];

  constructor(state: State) {
    const [load, backend] = [new LoadNode(state), new BackendNode()];
    const sockets = new Path(
      'sockets',
      'Sockets',
      'sockets_used_share',
      'sockets_waiting',
      'calls wait for a socket',
    );
    const pool = new Path(
      'pool',
      'Connection pool',
      'pool_used_share',
      'pool_waiting',
      'queries wait for a connection',
    );
    const downstream = new Dependency('downstream', 'Downstream', 'downstream_latency');
    const postgres = new Dependency('postgres', 'PostgreSQL');
    this.nodes = [load, backend, sockets, pool, downstream, postgres];
    this.element = h(
      'div',
      { class: 'map', role: 'group', 'aria-label': 'Map of the system' },
      load.element,
      arrow('into-backend'),
      backend.element,
      arrow('into-downstream'),
      arrow('into-postgres'),
      ...this.nodes.slice(2).map((node) => node.element),
    );
  }

  update(state: State): void {
    setText(this.moment, `At ${clock(state.at)}: values of the second before`);
    for (const node of this.nodes) node.update(state);
  }
}

function arrow(place: string): HTMLElement {
  return h('span', { class: `arrow ${place}`, 'aria-hidden': 'true' });
}
