import { z } from 'zod';
import type { FlagSetting, IntegerSetting } from '../service/settings';

// The building blocks of settings: kinds of values with their ranges, and groups of settings.

/**
 * What a text setting may hold: a pattern that any regular-expression engine reads, and the same in words.
 */
export const TEXTS = {
  dnsLabel: {
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed: "a DNS label: 1..63 lower-case letters, digits and '-', with a letter or digit at both ends",
  },
  image: {
    pattern:
      /^[a-z0-9][a-z0-9._-]*(:[0-9]+)?(\/[a-z0-9._-]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    allowed: 'an image reference: repository[:tag][@digest]',
  },
  registry: {
    pattern: /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*)?$/,
    allowed: 'empty, or a registry with an optional port and path: host[:port][/path]',
  },
  optionalImage: {
    pattern:
      /^([a-z0-9][a-z0-9._-]*(:[0-9]+)?(\/[a-z0-9._-]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?)?$/,
    allowed: 'empty, or an image reference: repository[:tag][@digest]',
  },
  identifier: {
    pattern: /^[a-z][a-z0-9]{0,62}$/,
    allowed: 'an SQL name: 1..63 lower-case letters and digits, a letter first',
  },
  password: {
    pattern: /^[!-~]{1,128}$/,
    allowed: '1..128 printable ASCII characters without spaces',
  },
  objectName: {
    pattern: /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    allowed: "the name of an object: 1..253 lower-case letters, digits, '-' and '.'",
  },
  optionalName: {
    pattern: /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$/,
    allowed: "empty, or the name of an object: 1..253 lower-case letters, digits, '-' and '.'",
  },
  labelKey: {
    pattern: /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    allowed: "[prefix/]name, the name of 1..63 letters, digits, '-', '_' and '.'",
  },
  labelValue: {
    pattern: /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
    allowed: "0..63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
  },
  annotationValue: {
    pattern: /^\P{Cc}*$/u,
    allowed: 'one line of text',
  },
} as const;

const MAX_CPU_MILLICORES = 64_000;
const MAX_MEMORY_MEBIBYTES = 262_144;

export const int = (preset: number, min: number, max: number, why: string) =>
  z.int().min(min).max(max).default(preset).describe(why);
export const flag = (preset: boolean, why: string) => z.boolean().default(preset).describe(why);
export const text = (preset: string, kind: keyof typeof TEXTS, why: string) =>
  z.string().regex(TEXTS[kind].pattern).default(preset).describe(why);
/** Keys and values by the rules of Kubernetes labels, or of annotations. */
export const map = (values: 'labelValue' | 'annotationValue', why: string) =>
  z
    .record(z.string().regex(TEXTS.labelKey.pattern), z.string().regex(TEXTS[values].pattern))
    .default({})
    .describe(why);
export const group = <Shape extends z.ZodRawShape>(why: string, shape: Shape) =>
  z
    .strictObject(shape)
    .prefault({} as never)
    .describe(why);

/** The settings of a program, as the program defines them. */
export function settings<Table extends Record<string, IntegerSetting | FlagSetting>>(table: Table) {
  const props = Object.entries(table).map(([name, setting]) => [
    name,
    'range' in setting
      ? int(setting.default, ...setting.range, setting.why)
      : flag(setting.default, setting.why),
  ]);
  return Object.fromEntries(props) as {
    [Name in keyof Table]: ReturnType<Table[Name] extends IntegerSetting ? typeof int : typeof flag>;
  };
}

/** What one pod may use: [request, limit], in millicores and in mebibytes. */
export function resources(cpu: [number, number], memory: [number, number], why: string) {
  return {
    cpuRequestMillicores: int(
      cpu[0],
      10,
      MAX_CPU_MILLICORES,
      `CPU that the scheduler reserves (1000 = one core). ${why}`,
    ),
    cpuLimitMillicores: int(
      cpu[1],
      10,
      MAX_CPU_MILLICORES,
      `CPU quota. Beyond it, the pod is throttled, not killed. ${why}`,
    ),
    memoryRequestMebibytes: int(
      memory[0],
      32,
      MAX_MEMORY_MEBIBYTES,
      `Memory that the scheduler reserves. ${why}`,
    ),
    memoryLimitMebibytes: int(
      memory[1],
      32,
      MAX_MEMORY_MEBIBYTES,
      `Memory beyond which the kernel kills the pod (OOMKilled, 137). ${why}`,
    ),
  };
}

export const SMALL = 'Small on purpose, so that one load generator on a laptop can exceed it.';
export const replicas = (why: string) => int(1, 1, 50, `Pods of the Deployment. ${why}`);
export const port = (preset: number, why: string) =>
  int(
    preset,
    1024,
    65_535,
    `TCP port of the pod and the Service. Unprivileged, because no container runs as root. ${why}`,
  );
