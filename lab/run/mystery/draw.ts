import { createHash, randomInt } from 'node:crypto';

/** The experiment and settings that a seed stands for. */
export interface Mystery {
  name: string;
  /** Settings in the form of `--set`. */
  set: string[];
}

/** Limits that shift when a failure happens, but not which failure it is. The default value is included. */
export const KNOBS: [path: string, values: number[]][] = [
  ['backend.cpuLimitMillicores', [400, 500, 600]],
  ['backend.memoryLimitMebibytes', [448, 512, 640]],
  ['backend.dbPoolSize', [4, 5, 6]],
];

/** A random seed, short enough to call out in a classroom. */
export function anySeed(): number {
  return randomInt(1, 10_000);
}

/** The same seed and names always give the same mystery. */
export function drawRun(seed: number, names: string[]): Mystery {
  return {
    name: pick(seed, 'experiment', names),
    set: KNOBS.map(([path, values]) => `${path}=${pick(seed, path, values)}`),
  };
}

export function drawRecording(seed: number, files: string[]): string {
  return pick(seed, 'recording', files);
}

function pick<T>(seed: number, what: string, from: T[]): T {
  if (from.length === 0) throw new Error(`nothing to draw a ${what} from`);
  const hash = createHash('sha256').update(`${what} ${seed}`).digest();
  return from[hash.readUInt32BE(0) % from.length] as T;
}
