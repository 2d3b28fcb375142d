import { PROJECT } from '../labels';
import { valuesTable } from './values';

/** What `helm install` and `helm status` print. */
export const NOTES = `{{- $namespace := default .Release.Namespace .Values.namespaceOverride -}}
{{- $backend := printf "%sbackend" (include "backend-under-load.namePrefix" .) -}}
{{ .Chart.Name }} {{ .Chart.AppVersion }} is installed in the namespace {{ $namespace }}.

{{- with .Values.backend.ingress }}{{ if .enabled }}

Reach it through the Ingress:
  http{{ if .tls }}s{{ end }}://{{ .host | default "<address of the ingress controller>" }}{{ .path }}
{{- end }}{{ end }}
{{- with .Values.backend.httpRoute }}{{ if .enabled }}

Reach it through the HTTPRoute:
{{- range .hostnames | default (list "<address of the gateway>") }}
  http://{{ . }}{{ $.Values.backend.httpRoute.path }}
{{- end }}
{{- end }}{{ end }}
{{- if eq .Values.backend.service.type "NodePort" }}

Reach it at any node. Its port is:
  kubectl -n {{ $namespace }} get service {{ $backend }} -o jsonpath='{.spec.ports[0].nodePort}'
{{- else if eq .Values.backend.service.type "LoadBalancer" }}

Reach it at port {{ int64 .Values.backend.port }} of this address, once the cluster has given one:
  kubectl -n {{ $namespace }} get service {{ $backend }} -o jsonpath='{.status.loadBalancer.ingress[0]}'
{{- end }}

Reach it from this machine:
  kubectl -n {{ $namespace }} port-forward service/{{ $backend }} {{ int64 .Values.backend.port }}
  curl http://localhost:{{ int64 .Values.backend.port }}/health

Call every route once:
  helm -n {{ $namespace }} test {{ .Release.Name }}
{{- if .Values.postgres.existingSecret }}

The database takes its role and passwords from your Secret "{{ .Values.postgres.existingSecret }}" (keys username,
password, admin-password). They are set when the database is created; later changes of the Secret have no effect.
{{- else }}

The database uses the passwords from the values, which are enough for a throw-away database that only the backend
can reach. To use your own, create a Secret and set postgres.existingSecret.
{{- end }}
{{- if not .Values.faults.enabled }}

The failing routes are switched off (faults.enabled=false): nothing will fail.
{{- end }}

Every pod satisfies the Pod Security standard "restricted". A chart does not own its namespace. To enforce it there:
  kubectl label namespace {{ $namespace }} pod-security.kubernetes.io/enforce=restricted
`;

export function readme(version: string): string {
  const badge = (name: string, text: string) =>
    `![${name}: ${text}](https://img.shields.io/badge/${name}-${text.replaceAll('-', '--')}-informational?style=flat-square)`;
  return `# ${PROJECT}

${badge('Version', version)} ${badge('Type', 'application')} ${badge('AppVersion', version)} ${badge('License', 'MIT')}

The system under test of the failure laboratory *Backend Under Load*, version ${version}, as a Helm chart: a small backend, a slow downstream and a PostgreSQL under tight limits. \`lab chart\` generates it from the constructs that also give the plain manifests. Make changes there.

\`\`\`sh
helm install lab charts/${PROJECT} --namespace load-testing --create-namespace --wait
helm test lab --namespace load-testing
helm upgrade lab charts/${PROJECT} --namespace load-testing --reuse-values --set backend.cpuLimitMillicores=1000
helm uninstall lab --namespace load-testing
\`\`\`

From a registry, after \`npx lab chart --package .\` and \`helm push ${PROJECT}-${version}.tgz oci://registry.example.org/charts\`:

\`\`\`sh
helm install lab oci://registry.example.org/charts/${PROJECT} --version ${version} --namespace load-testing --create-namespace --wait
\`\`\`

The objects have the names that the load scripts of the lab expect (\`backend\`, \`downstream\`, \`postgres\`), so one release fits into a namespace. With \`fullnameOverride\` or \`nameOverride\`, every name has a prefix, and several releases fit. As a part of another chart, the condition \`enabled\` and \`global.imageRegistry\` work as usual. Uninstalling removes everything, including the database's volume.

## Values

The names are the same as for \`--set\` in the lab and for the properties in code. Helm refuses names that are not in this table, values out of range, and values that contradict each other (a request above its limit) before it changes anything.

${valuesTable()}
`;
}
