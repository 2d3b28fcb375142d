import { containerEnv, expand } from '../../../lab/engine/local/env';
import type { Container } from '../../../lab/engine/local/manifests/schema';
import { localizeEnv, type Names } from '../../../lab/engine/local/names';

const pod = { name: 'backend-1', namespace: 'load-testing', podIP: '127.64.0.9' };
const config = {
  Secret: new Map([['postgres', { password: 'secret' }]]),
  ConfigMap: new Map([['settings', { level: 'debug' }]]),
};
const withEnv = (env: unknown[]) => ({ env }) as Container;
const reference = (kind: string, name: string, key: string, optional = false) => ({
  [kind]: { name, key, optional },
});

describe('the environment of a container', () => {
  test('takes values from Secrets, ConfigMaps and the pod itself', () => {
    const env = containerEnv(
      withEnv([
        { name: 'A', value: 'plain' },
        { name: 'B', valueFrom: reference('secretKeyRef', 'postgres', 'password') },
        { name: 'C', valueFrom: reference('configMapKeyRef', 'settings', 'level') },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'E', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'F', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'G', valueFrom: reference('secretKeyRef', 'postgres', 'other', true) },
      ]),
      pod,
      config,
    );
    expect(env).toEqual({ A: 'plain', B: 'secret', C: 'debug', D: pod.name, E: pod.namespace, F: pod.podIP });
  });

  test('refuses a dangling reference by name', () => {
    const dangling = withEnv([{ name: 'A', valueFrom: reference('secretKeyRef', 'postgres', 'nope') }]);
    expect(() => containerEnv(dangling, pod, config)).toThrow(
      'env A refers to key "nope" of Secret/postgres',
    );
  });

  test('expands earlier variables and leaves unknown and escaped names unchanged', () => {
    const env = containerEnv(
      withEnv([
        { name: 'HOST_NAME', value: 'db' },
        { name: 'URL', value: 'pg://$(HOST_NAME)/$(LATER)' },
        { name: 'LATER', value: 'x' },
      ]),
      pod,
      config,
    );
    expect(env.URL).toBe('pg://db/$(LATER)');
  });

  test.each([
    ['$(A)', '1'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$A ${A} $( $(', '$A ${A} $( $('],
    ['$(A)$(A)', '11'],
  ])('%s expands to %s', (text, expected) => expect(expand(text, { A: '1' })).toBe(expected));
});

describe('Service names in the environment', () => {
  const host = (address: string, shift: number) => ({
    address,
    port: (port: number) => port + shift,
    release: () => undefined,
  });
  const names = (shift: number): Names => ({
    namespace: 'load-testing',
    services: new Map([
      ['downstream', host('127.64.0.1', shift)],
      ['postgres', host('127.64.0.2', shift)],
    ]),
  });
  const localize = (env: Record<string, string>, shift = 0) =>
    localizeEnv(env, host('127.64.0.9', shift), names(shift));

  test.each([
    ['http://downstream:8080', 'http://127.64.0.1:8080'],
    ['http://downstream', 'http://127.64.0.1'],
    ['http://downstream.load-testing/a?b', 'http://127.64.0.1/a?b'],
    ['http://downstream.load-testing.svc:8080/', 'http://127.64.0.1:8080/'],
    ['postgres://u:p@postgres.load-testing.svc.cluster.local/lab', 'postgres://u:p@127.64.0.2/lab'],
    ['downstream:8080', '127.64.0.1:8080'],
    ['http://example.org/downstream', 'http://example.org/downstream'],
    ['http://downstream.other:8080', 'http://downstream.other:8080'],
    ['postgres', 'postgres'],
  ])('in any variable, %s becomes %s', (value, expected) => expect(localize({ X: value }).X).toBe(expected));

  test('a bare name is replaced only in a variable that holds a host', () => {
    const env = localize({ DATABASE_HOST: 'postgres', DATABASE_USER: 'postgres', DATABASE_PORT: '5432' });
    expect(env).toMatchObject({
      DATABASE_HOST: '127.64.0.2',
      DATABASE_USER: 'postgres',
      DATABASE_PORT: '5432',
    });
  });

  test('the pod listens on its own address, whatever the manifest says', () => {
    expect(localize({ HOST: '0.0.0.0', PORT: '8000' })).toMatchObject({ HOST: '127.64.0.9', PORT: '8000' });
  });

  test('ports are replaced together with their hosts when they differ', () => {
    const env = {
      DATABASE_HOST: 'postgres',
      DATABASE_PORT: '5432',
      URL: 'http://downstream',
      PORT: '8000',
      X_PORT: '7',
    };
    expect(localize(env, 1000)).toMatchObject({
      DATABASE_PORT: '6432',
      URL: 'http://127.64.0.1:1080',
      PORT: '9000',
      X_PORT: '7',
    });
  });
});
