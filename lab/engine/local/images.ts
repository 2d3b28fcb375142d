import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../model/errors';
import { passed } from '../../support/environment';
import type { ContainerSetup, PreparedContainer } from './container';
import { pgbouncerImage } from './pgbouncer';
import { postgresImage } from './postgres/image';

type Image = (setup: ContainerSetup) => Promise<PreparedContainer>;

/** Image repositories that the local engine can replace with programs on this machine. */
const IMAGES: Record<string, Image> = {
  'backend-under-load/backend': nodeImage,
  'backend-under-load/downstream': nodeImage,
  'backend-under-load/pgbouncer': pgbouncerImage,
  postgres: postgresImage,
};

/** @throws LabError (usage) for an image that the local engine cannot replace. */
export function localImage(image: string): Image {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const name = Object.keys(IMAGES).find((known) => repository === known || repository.endsWith(`/${known}`));
  if (name) return IMAGES[name]!;
  throw new LabError(
    `image ${image} is not supported by the local engine`,
    'usage',
    `Known images: ${Object.keys(IMAGES).join(', ')} (any registry, any tag). Use --engine kubernetes for other images.`,
  );
}

/** Runs the manifest's command in the folder of compiled programs, with the Node that runs the lab. */
async function nodeImage({ container, env, dir, codeRoot }: ContainerSetup): Promise<PreparedContainer> {
  const [program, ...rest] = [...container.command, ...container.args];
  if (program !== 'node') {
    throw new LabError(
      `container ${container.name}: command ${JSON.stringify(program ?? '')} is not supported by the local engine`,
      'usage',
      'With the local engine, containers of this image must run `node <file>`.',
    );
  }
  const file = rest.find((argument) => !argument.startsWith('-'));
  if (!file || !existsSync(join(codeRoot, file))) {
    throw new LabError(
      `container ${container.name}: ${join(codeRoot, file ?? '')} does not exist`,
      'environment',
      'Compile the project first: npm run build.',
    );
  }
  const spec = {
    command: [process.execPath, ...rest],
    env: { ...passed('PATH'), HOME: dir, TMPDIR: dir, ...env },
    cwd: codeRoot,
  };
  return { spec, stopSignal: 'SIGTERM' };
}
