import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietly } from './cluster';

const NAME = 'sidecar-injector';
const PORT = 8443;
/** Has Node, and is on the nodes for the load's collector anyway. */
const IMAGE = 'backend-under-load/lab:0.1.0';
const RESOURCES = { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '16Mi' };

const SIDECAR = {
  name: 'istio-proxy',
  image: IMAGE,
  command: ['node', '-e', 'setInterval(() => undefined, 1e6); process.on("SIGTERM", () => process.exit(0));'],
  resources: { requests: RESOURCES, limits: RESOURCES },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1000,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

/** Puts the sidecar before the pod's own containers, as a service mesh may. */
const SERVER = `
const { readFileSync } = require('node:fs');
const patch = [{ op: 'add', path: '/spec/containers/0', value: ${JSON.stringify(SIDECAR)} }];
require('node:https').createServer({ key: readFileSync('/tls/tls.key'), cert: readFileSync('/tls/tls.crt') }, async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { request } = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : {};
  const response = { uid: request?.uid, allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
  outgoing.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
}).listen(${PORT});
`;

/** A webhook that injects a sidecar into every pod of one namespace, as a service mesh does. */
export class SidecarInjector {
  /** @param home the namespace of the webhook itself; @param target the namespace that it injects into */
  constructor(
    private readonly home: string,
    private readonly target: string,
  ) {}

  install(): void {
    const { key, cert } = selfSigned(`${NAME}.${this.home}.svc`);
    const labels = { app: NAME };
    const metadata = { name: NAME, namespace: this.home, labels };
    this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.home } });
    this.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata,
      stringData: { 'tls.key': key, 'tls.crt': cert },
    });
    this.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        containers: [
          {
            name: 'server',
            image: IMAGE,
            command: ['node', '-e', SERVER],
            volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
            readinessProbe: { httpGet: { path: '/', port: PORT, scheme: 'HTTPS' }, periodSeconds: 1 },
          },
        ],
        volumes: [{ name: 'tls', secret: { secretName: NAME } }],
      },
    });
    const ports = [{ port: 443, targetPort: PORT }];
    this.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports } });
    quietly('kubectl', ['-n', this.home, 'wait', `pod/${NAME}`, '--for=condition=Ready', '--timeout=120s']);
    this.apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: this.home },
      webhooks: [
        {
          name: 'inject.lab.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': this.target } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          clientConfig: {
            service: { namespace: this.home, name: NAME },
            caBundle: Buffer.from(cert).toString('base64'),
          },
        },
      ],
    });
  }

  remove(): void {
    quietly('kubectl', ['delete', 'mutatingwebhookconfiguration', this.home, '--ignore-not-found']);
    quietly('kubectl', ['delete', 'namespace', this.home, '--ignore-not-found', '--timeout=120s']);
  }

  private apply(object: object): void {
    quietly('kubectl', ['create', '-f', '-'], object);
  }
}

function selfSigned(host: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lab-tls-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${host}`, '-days', '2'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...made, ...subject], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}
