import { LabError } from '../../model/errors';
import type { PortReference, Read } from './manifests/schema';
import type { Host } from './network';
import type { Pod } from './pod';
import { ServicePort } from './service-proxy';

type ServiceObject = Read<'Service'>;
type PortSpec = ServiceObject['spec']['ports'][number];

/** A Service: its address, and one listener per port in front of its ready pods. */
export class LocalService {
  private readonly ports: { spec: PortSpec; listener: ServicePort }[];

  constructor(
    private readonly service: ServiceObject,
    readonly host: Host,
  ) {
    this.ports = service.spec.ports.map((spec) => ({
      spec,
      listener: new ServicePort(host.address, host.port(spec.port)),
    }));
  }

  get name(): string {
    return this.service.metadata.name;
  }

  selects(pod: Pod): boolean {
    return Object.entries(this.service.spec.selector).every(([name, value]) => pod.label(name) === value);
  }

  /** Makes the selected ready pods the endpoints of the Service. */
  async follow(pods: readonly Pod[]): Promise<void> {
    const ready = pods.filter((pod) => pod.ready && this.selects(pod));
    await Promise.all(
      this.ports.map(({ spec, listener }) =>
        listener.setEndpoints(
          ready.map((pod) => ({
            pod: pod.name,
            address: pod.host.address,
            port: pod.host.port(resolvePort(pod, spec.targetPort ?? spec.port)),
          })),
        ),
      ),
    );
  }

  /** Resets the remaining connections of a dead pod. */
  reset(pod: Pod): void {
    for (const { listener } of this.ports) listener.reset(pod.name);
  }

  /** Base URL of a port. The scheme is http unless the port's name is another scheme. */
  endpoint(portName?: string): string {
    const port =
      portName === undefined ? this.ports[0] : this.ports.find(({ spec }) => spec.name === portName);
    if (!port) {
      const names = this.ports.map(({ spec }) => spec.name ?? spec.port).join(', ');
      throw new LabError(`Service ${this.name} has no port "${portName}"`, 'usage', `Its ports: ${names}.`);
    }
    const scheme = (port.spec.name ?? 'http').startsWith('http') ? 'http' : port.spec.name;
    return `${scheme}://${port.listener.address}:${port.listener.port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.ports.map(({ listener }) => listener.close()));
  }
}

/** A port of a pod's container, by number or name. */
export function resolvePort(pod: Pod, reference: PortReference): number {
  return typeof reference === 'number' ? reference : containerPort(pod.name, pod.container.ports, reference);
}

export function containerPort(
  where: string,
  ports: readonly { name?: string; containerPort: number }[],
  name: string,
): number {
  const found = ports.find((port) => port.name === name);
  if (found) return found.containerPort;
  const known = ports.map((port) => port.name ?? port.containerPort).join(', ') || 'none';
  throw new LabError(`${where} has no port named "${name}"`, 'usage', `Its ports: ${known}.`);
}
