import type { Lifetime } from './lifetime/lifetime';
import type { SpawnSpec } from './limits/limits';
import type { Container } from './manifests/schema';
import type { Host } from './network';

/** What a local process gets in place of a container's image and environment. */
export interface ContainerSetup {
  container: Container;
  /** The manifest's environment variables, with Service names replaced by local addresses. */
  env: Record<string, string>;
  host: Host;
  /** Volume directories by mount path. */
  mounts: ReadonlyMap<string, string>;
  /** A directory used only by this pod. */
  dir: string;
  /** Folder of the compiled programs; the counterpart of /app in an image. */
  codeRoot: string;
  lifetime: Lifetime;
  log(line: string): void;
}

/** A container that is ready to be started, also repeatedly. */
export interface PreparedContainer {
  spec: SpawnSpec;
  /** The signal that asks the container to end; the image's STOPSIGNAL. */
  stopSignal: NodeJS.Signals;
}
