import { createHash, randomInt } from 'node:crypto';

/** An experiment with settings of its own: what a seed stands for. */
export interface Mystery {
  name: string;
  /** As `--set` takes them. */
  set: string[];
}

/** Limits that move the moment of a failure without changing which it is; the default is among them. */
export const KNOBS: [path: string, values: number[]][] = [
  ['backend.cpuLimitMillicores', [400, 500, 600]],
  ['backend.memoryLimitMebibytes', [448, 512, 640]],
  ['backend.dbPoolSize', [4, 5, 6]],
];

/** Short enough to be called out in a classroom. */
export function anySeed(): number {
  return randomInt(1, 10_000);
}

/** The same seed draws the same among the same names. */
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
