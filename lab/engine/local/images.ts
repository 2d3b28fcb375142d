import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, LabError } from '../../errors';
import type { SpawnSpec } from './limits/limits';
import type { Lifetime } from './lifetime/lifetime';
import type { Container } from './manifests/schema';
import type { Host } from './network';
import { postgresImage } from './postgres/image';

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

type Image = (setup: ContainerSetup) => Promise<PreparedContainer>;

/** Image repositories that have a stand-in on the local machine. */
const IMAGES: Record<string, Image> = {
  'backend-under-load/backend': nodeImage,
  'backend-under-load/downstream': nodeImage,
  postgres: postgresImage,
};

/** @throws LabError (exit code 2) for an image that has no local stand-in. */
export function localImage(image: string): Image {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const name = Object.keys(IMAGES).find((known) => repository === known || repository.endsWith(`/${known}`));
  if (name) return IMAGES[name]!;
  throw new LabError(
    `image ${image} is not supported by the local engine`,
    EXIT.usage,
    `Known images: ${Object.keys(IMAGES).join(', ')} (any registry, any tag). Run others on a cluster.`,
  );
}

/** Runs the manifest's command in the compiled output, with the Node that runs the lab. */
async function nodeImage({ container, env, dir, codeRoot }: ContainerSetup): Promise<PreparedContainer> {
  const [program, ...rest] = [...container.command, ...container.args];
  if (program !== 'node') {
    throw new LabError(
      `container ${container.name}: command ${JSON.stringify(program ?? '')} is not supported by the local engine`,
      EXIT.usage,
      'Local containers of this image run `node <file>`.',
    );
  }
  const file = rest.find((argument) => !argument.startsWith('-'));
  if (!file || !existsSync(join(codeRoot, file))) {
    throw new LabError(
      `container ${container.name}: ${join(codeRoot, file ?? '')} does not exist`,
      EXIT.environment,
      'Compile the project first: npm run build.',
    );
  }
  const spec = {
    command: [process.execPath, ...rest],
    env: { PATH: process.env.PATH ?? '', HOME: dir, TMPDIR: dir, ...env },
    cwd: codeRoot,
  };
  return { spec, stopSignal: 'SIGTERM' };
}
