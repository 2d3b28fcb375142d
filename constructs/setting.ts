import { z } from 'zod';
import type { FlagSetting, IntegerSetting } from '../service/settings';

// The building blocks of settings: kinds of values with their ranges, and groups of settings.

interface TextKind {
  pattern: RegExp;
  /** The longest such text, where the pattern does not limit it. */
  maxLength?: number;
  /** The same in words. */
  allowed: string;
}

/** One or more labels of letters, digits and '-', with dots between them. */
const DNS_NAME = '[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*';
const DNS_NAME_IN_WORDS =
  "1..253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends and around each '.'";

/** What a text setting may hold, by patterns that any regular-expression engine reads. */
export const TEXTS = {
  dnsLabel: {
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed: "a DNS label: 1..63 lower-case letters, digits and '-', with a letter or digit at both ends",
  },
  optionalPrefix: {
    pattern: /^([a-z]([a-z0-9-]{0,38}[a-z0-9])?)?$/,
    allowed:
      "empty, or the beginning of names: 1..40 lower-case letters, digits and '-', a letter first and a letter or digit last",
  },
  optionalNamespace: {
    pattern: /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/,
    allowed:
      "empty, or a DNS label: 1..63 lower-case letters, digits and '-', with a letter or digit at both ends",
  },
  optionalUrl: {
    pattern: /^(https?:\/\/[A-Za-z0-9._~:/-]{1,200}\/)?$/,
    allowed: "empty, or an address that begins with http:// or https:// and ends with '/'",
  },
  registry: {
    pattern: /^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$/,
    maxLength: 200,
    allowed: 'empty, or a registry: host[:port][/path]',
  },
  repository: {
    pattern: /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    maxLength: 200,
    allowed: "the path of an image: lower-case letters and digits, with '.', '_', '-' and '/' between them",
  },
  optionalRepository: {
    pattern: /^([a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$/,
    maxLength: 200,
    allowed:
      "empty, or the path of an image: lower-case letters and digits, with '.', '_', '-' and '/' between them",
  },
  tag: {
    pattern: /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/,
    allowed: "empty, or a tag: 1..128 letters, digits, '_', '.' and '-', not beginning with '.' or '-'",
  },
  digest: {
    pattern: /^(sha256:[0-9a-f]{64})?$/,
    allowed: 'empty, or sha256: and 64 hexadecimal digits',
  },
  path: {
    pattern: /^\/[A-Za-z0-9._~/-]{0,200}$/,
    allowed: "a path of URLs: '/' and letters, digits, '.', '_', '~', '/' and '-'",
  },
  host: {
    pattern: new RegExp(`^(\\*\\.)?${DNS_NAME}$`),
    maxLength: 253,
    allowed: 'the name of a host',
  },
  optionalHost: {
    pattern: new RegExp(`^((\\*\\.)?${DNS_NAME})?$`),
    maxLength: 253,
    allowed: 'empty, or the name of a host',
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
    pattern: new RegExp(`^${DNS_NAME}$`),
    maxLength: 253,
    allowed: `the name of an object: ${DNS_NAME_IN_WORDS}`,
  },
  optionalName: {
    pattern: new RegExp(`^(${DNS_NAME})?$`),
    maxLength: 253,
    allowed: `empty, or the name of an object: ${DNS_NAME_IN_WORDS}`,
  },
  labelKey: {
    pattern: new RegExp(`^(${DNS_NAME}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$`),
    // Kubernetes allows as much for the prefix alone.
    maxLength: 253,
    allowed:
      "[prefix/]name, the prefix a DNS name, the name of 1..63 letters, digits, '-', '_' and '.' with a letter or digit at both ends",
  },
  labelValue: {
    pattern: /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
    allowed: "0..63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
  },
  annotationValue: {
    pattern: /^\P{Cc}*$/u,
    allowed: 'one line of text',
  },
} as const satisfies Record<string, TextKind>;

const MAX_CPU_MILLICORES = 64_000;
const MAX_MEMORY_MEBIBYTES = 262_144;

export const int = (preset: number, min: number, max: number, why: string) =>
  z.int().min(min).max(max).default(preset).describe(why);
export const flag = (preset: boolean, why: string) => z.boolean().default(preset).describe(why);
/** A text of a kind, without a default. */
export const plain = (kind: keyof typeof TEXTS) => {
  const { pattern, maxLength }: TextKind = TEXTS[kind];
  const matching = z.string().regex(pattern);
  return maxLength === undefined ? matching : matching.max(maxLength);
};
export const text = (preset: string, kind: keyof typeof TEXTS, why: string) =>
  plain(kind).default(preset).describe(why);
/** Keys and values by the rules of Kubernetes labels, or of annotations. */
export const map = (values: 'labelValue' | 'annotationValue', why: string) =>
  z.record(plain('labelKey'), plain(values)).default({}).describe(why);
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

/** A list of Kubernetes' own structures, which the lab passes on unchanged. */
export const structures = (why: string) =>
  z.array(z.record(z.string(), z.unknown())).default([]).describe(why);

/** The image of a container, in the parts that tools for charts know. */
export const image = (
  { registry = '', repository, tag }: { registry?: string; repository: string; tag: string },
  why: string,
) =>
  group(`Image of the container. ${why}`, {
    registry: text(
      registry,
      'registry',
      'Where the image is kept. Empty, so that nodes ask their own default.',
    ),
    repository: text(
      repository,
      repository === '' ? 'optionalRepository' : 'repository',
      'Path of the image in its registry.',
    ),
    tag: text(tag, 'tag', why),
    digest: text(
      '',
      'digest',
      'Digest, which wins over the tag. Empty, because an image built here has its own.',
    ),
    pullPolicy: z
      .enum(['IfNotPresent', 'Always', 'Never'])
      .default('IfNotPresent')
      .describe('When nodes pull the image. IfNotPresent, because a tag always names the same build.'),
  });
