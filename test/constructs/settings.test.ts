import { synthesize, type KubeObject, type LabPropsInput } from '../../constructs';
import { readConfig as readDownstreamConfig } from '../../downstream/config';
import { SETTINGS as DOWNSTREAM } from '../../downstream/settings';
import { readConfig as readServiceConfig } from '../../service/config';
import { DEFENCES, SETTINGS } from '../../service/settings';

type Settings = typeof SETTINGS | typeof DEFENCES | typeof DOWNSTREAM;
type Read = (env: NodeJS.ProcessEnv) => object;

/** Each table with the program that reads it and the props that set one of its values. */
const TABLES: [table: Settings, app: string, read: Read, props: (value: object) => LabPropsInput][] = [
  [SETTINGS, 'backend', readServiceConfig, (backend) => ({ backend })],
  [DEFENCES, 'backend', readServiceConfig, (defences) => ({ backend: { defences } })],
  [DOWNSTREAM, 'downstream', readDownstreamConfig, (downstream) => ({ downstream })],
];
const ALL = TABLES.flatMap(([table, app, read, props]) =>
  Object.entries(table).map(([name, setting]) => ({ name, setting, app, read, props })),
);
const INTEGERS = ALL.flatMap(({ setting, ...rest }) => ('range' in setting ? [{ ...rest, setting }] : []));

/** The environment of an app's container in the manifests. */
function environmentOf(app: string, objects: KubeObject[]): Record<string, string> {
  const workload = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === app);
  const { template } = workload!.spec as { template: { spec: { containers: { env: Variable[] }[] } } };
  const { env } = template.spec.containers[0]!;
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

interface Variable {
  name: string;
  value?: string;
}

/** All numbers and flags of a configuration, at any depth. */
function valuesOf(config: object): unknown[] {
  return Object.values(config).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null ? valuesOf(value) : [value],
  );
}

test.each(ALL)(
  '$app setting $name has the same default in the manifests and in the program',
  ({ app, setting }) => {
    expect(environmentOf(app, synthesize())[setting.env]).toBe(String(setting.default));
  },
);

test.each(['backend', 'downstream'])(
  'without the variables that the manifests set, the %s uses the same settings',
  (app) => {
    const read = app === 'backend' ? readServiceConfig : readDownstreamConfig;
    const env = environmentOf(app, synthesize());
    const own = ALL.filter((one) => one.app === app).map(({ setting }) => [setting.env, env[setting.env]]);
    expect(read(Object.fromEntries(own) as NodeJS.ProcessEnv)).toEqual(read({}));
  },
);

test.each(INTEGERS)(
  '$app setting $name has the same range in the manifests and in the program',
  ({ name, setting, app, read, props }) => {
    const [least, most] = setting.range;
    for (const value of [least, most]) {
      const env = environmentOf(app, synthesize(props({ [name]: value })));
      expect(env[setting.env]).toBe(String(value));
      expect(valuesOf(read({ ...env, DOWNSTREAM_URL: 'http://downstream' }))).toContain(value);
    }
    for (const value of [least - 1, most + 1]) {
      expect(() => synthesize(props({ [name]: value }))).toThrow(/too (small|large)/);
      expect(() => read({ [setting.env]: String(value) })).toThrow(
        `${setting.env} must be an integer from ${least} to ${most}, found "${value}"`,
      );
    }
  },
);
