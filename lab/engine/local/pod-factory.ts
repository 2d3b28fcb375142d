import { join } from 'node:path';
import type { EngineOptions } from '../../model/engine';
import type { PreparedContainer } from './container';
import { containerEnv, expand } from './env';
import { localImage } from './images';
import type { Lifetime } from './lifetime/lifetime';
import type { CageSpec, Limiter } from './limits/limits';
import type { Manifests } from './manifests/read';
import type { Container, Workload } from './manifests/schema';
import { localizeEnv, type Names } from './names';
import type { Host, Network } from './network';
import { Pod, type PodOptions } from './pod';
import { prober } from './probe-attempts';
import { containerPort } from './services';
import { makePassable, makeVolumes } from './volumes';

/** What all pods of a system share. */
export interface PodSurroundings {
  limiter: Limiter;
  lifetime: Lifetime;
  network: Network;
  /** Folder of the compiled programs; the counterpart of /app in an image. */
  codeRoot: string;
}

/** Creates pods from the templates of workloads. */
export class PodFactory {
  private readonly dir: string;

  constructor(
    private readonly manifests: Pick<Manifests, 'namespace' | 'config'>,
    private readonly surroundings: PodSurroundings,
    private readonly names: Names,
    private readonly emit: EngineOptions['emit'],
    private readonly onChange: PodOptions['onChange'],
  ) {
    this.dir = surroundings.lifetime.tempDir('pods');
    makePassable(this.dir);
  }

  make(name: string, workload: Workload): Pod {
    const { template } = workload.spec;
    const container = template.spec.containers[0]!;
    const host = this.surroundings.network.allocate();
    return new Pod({
      name,
      namespace: this.manifests.namespace,
      template,
      host,
      makeCage: () => this.surroundings.limiter.create(cageSpec(name, container)),
      prepare: (log) => this.prepare(name, workload, host, log),
      attempt: prober(host.address, (port) =>
        host.port(typeof port === 'number' ? port : containerPort(name, container.ports, port)),
      ),
      emit: this.emit,
      onChange: this.onChange,
    });
  }

  private async prepare(
    name: string,
    workload: Workload,
    host: Host,
    log: (line: string) => void,
  ): Promise<PreparedContainer> {
    const { namespace, config } = this.manifests;
    const { volumes, containers } = workload.spec.template.spec;
    const container = containers[0]!;
    const dir = join(this.dir, name);
    makePassable(dir);
    const env = containerEnv(container, { name, namespace, podIP: host.address }, config);
    const claims = workload.kind === 'StatefulSet' ? workload.spec.volumeClaimTemplates : [];
    const claimNames = claims.map(({ metadata }) => metadata.name);
    return localImage(container.image)({
      container: { ...container, ...expandWords(container, env) },
      env: localizeEnv(env, host, this.names),
      host,
      mounts: makeVolumes(container, volumes, claimNames, config, join(dir, 'volumes')),
      dir,
      codeRoot: this.surroundings.codeRoot,
      lifetime: this.surroundings.lifetime,
      log,
    });
  }
}

function expandWords(
  { command, args }: Container,
  env: Record<string, string>,
): Pick<Container, 'command' | 'args'> {
  const expanded = (words: string[]) => words.map((word) => expand(word, env));
  return { command: expanded(command), args: expanded(args) };
}

/** As in Kubernetes, a container without a CPU request asks for its limit, and without both for nothing. */
function cageSpec(name: string, { resources: { limits, requests } }: Container): CageSpec {
  return {
    name,
    cpuRequestMillicores: Math.round((requests.cpu ?? limits.cpu ?? 0) * 1000),
    ...(limits.cpu !== undefined && { cpuLimitMillicores: Math.round(limits.cpu * 1000) }),
    ...(limits.memory !== undefined && { memoryLimitBytes: Math.round(limits.memory) }),
  };
}
