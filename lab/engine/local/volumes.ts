import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { LabError } from '../../model/errors';
import type { Configuration } from './manifests/read';
import type { Container, Volume } from './manifests/schema';

interface Source {
  name: string;
  items?: { key: string; path: string }[];
  optional: boolean;
}

/**
 * Creates a pod's volumes as directories under `dir`. Returns them by the path at which the container mounts
 * them. A claim's directory survives a restart of the pod. Local processes do not see mount paths; the code
 * that replaces an image looks up its directories here.
 * @throws LabError (usage) for a mount or source that is not in the manifests.
 */
export function makeVolumes(
  container: Container,
  volumes: readonly Volume[],
  claims: readonly string[],
  config: Configuration,
  dir: string,
): Map<string, string> {
  const made = new Map<string, string>();
  for (const volume of volumes) made.set(volume.name, write(join(dir, volume.name), files(volume, config)));
  for (const claim of claims) made.set(claim, write(join(dir, claim), {}));
  return new Map(
    container.volumeMounts.map((mount) => [
      mount.mountPath.replace(/(.)\/+$/, '$1'),
      made.get(mount.name) ?? missing(`volume "${mount.name}" of container ${container.name}`),
    ]),
  );
}

/** The local directory for a path inside the container, given its mounts. */
export function localPath(mounts: ReadonlyMap<string, string>, path: string): string | undefined {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const mounted = mounts.get(at);
    if (mounted) return join(mounted, path.slice(at.length));
  }
  return undefined;
}

function files(volume: Volume, config: Configuration): Record<string, string> {
  const secret = volume.secret && { ...volume.secret, name: volume.secret.secretName };
  const sources = volume.projected?.sources ?? [{ configMap: volume.configMap, secret }];
  return Object.assign(
    {},
    ...sources.flatMap((source) => [
      read(source.configMap, 'ConfigMap', config),
      read(source.secret, 'Secret', config),
    ]),
  );
}

function read(
  source: Source | undefined,
  kind: keyof Configuration,
  config: Configuration,
): Record<string, string> {
  if (!source) return {};
  const data = config[kind].get(source.name) ?? (source.optional ? {} : missing(`${kind}/${source.name}`));
  if (!source.items) return data;
  return Object.fromEntries(
    source.items.map(({ key, path }) => [
      path,
      data[key] ?? missing(`key "${key}" of ${kind}/${source.name}`),
    ]),
  );
}

function write(dir: string, content: Record<string, string>): string {
  makePassable(dir);
  for (const [path, text] of Object.entries(content)) {
    const file = join(dir, normalize(`/${path}`));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  }
  return dir;
}

/**
 * Creates a directory that other users can pass through, whatever the umask. PostgreSQL needs it when the lab
 * runs as root.
 */
export function makePassable(dir: string): void {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o711);
}

function missing(what: string): never {
  throw new LabError(
    `${what} is not in the manifests`,
    'usage',
    'Add it, or remove the volume that refers to it.',
  );
}
