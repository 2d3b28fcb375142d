import type { Lifetime } from './lifetime/lifetime';
import type { SpawnSpec } from './limits/limits';
import type { Container } from './manifests/schema';
import type { Host } from './network';

/** Everything that stands for a container's image and its surroundings on this machine. */
export interface ContainerSetup {
  container: Container;
  /** The manifest's environment, made local. */
  env: Record<string, string>;
  host: Host;
  /** Volume directories by mount path. */
  mounts: ReadonlyMap<string, string>;
  /** A directory of this pod alone. */
  dir: string;
  /** Where compiled programs lie, as /app in an image. */
  codeRoot: string;
  lifetime: Lifetime;
  log(line: string): void;
}

/** A container that is ready to be started, as often as it takes. */
export interface PreparedContainer {
  spec: SpawnSpec;
  /** What asks it to end; the image's STOPSIGNAL. */
  stopSignal: NodeJS.Signals;
}
