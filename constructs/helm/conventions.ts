import { z } from 'zod';
import type { JsonSchema } from '../prop-paths';
import { group, text } from '../setting';

// Values that only the chart has, because Helm users expect them in every chart. To the constructs they are
// the namespace and the installation.

const conventions = z.strictObject({
  nameOverride: text(
    '',
    'optionalPrefix',
    'With it, the names of all objects begin with the release and this, e.g. lab-shop-backend. Empty, so that the Services have the names that the load scripts of the lab expect.',
  ),
  fullnameOverride: text(
    '',
    'optionalPrefix',
    'With it, the names of all objects begin with this, e.g. shop-backend. Several releases in one namespace need different ones.',
  ),
  namespaceOverride: text(
    '',
    'optionalNamespace',
    'Another namespace than that of the release, for charts that include this one. Empty: the one that --namespace names.',
  ),
  global: group('Values for all charts of a release.', {
    imageRegistry: text(
      '',
      'registry',
      "Registry for every image, instead of each image's own. Empty, so that nodes ask their own default.",
    ),
  }),
  extraManifests: z
    .array(z.unknown())
    .default([])
    .describe(
      'More objects to install with the release: YAML, or text. Templates in them are rendered. The default is none.',
    ),
});

export function conventionsSchema(): JsonSchema {
  return z.toJSONSchema(conventions, { io: 'input' }) as unknown as JsonSchema;
}

/** The longest prefix, in characters: a Service named after it may have 63. */
const LONGEST_PREFIX = 40;

export function conventionDefinitions(): Record<string, string> {
  const shortened = `trunc ${LONGEST_PREFIX} | trimSuffix "-"`;
  return {
    // Not .Chart.Name, which is the alias where another chart includes this one.
    'backend-under-load.chart':
      '{{- printf "backend-under-load-%s" .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}',
    'backend-under-load.namePrefix': [
      '{{- if .Values.fullnameOverride -}}',
      '{{- .Values.fullnameOverride }}-',
      '{{- else if contains .Values.nameOverride .Release.Name | and .Values.nameOverride -}}',
      `{{- .Release.Name | ${shortened} }}-`,
      '{{- else if .Values.nameOverride -}}',
      `{{- printf "%s-%s" .Release.Name .Values.nameOverride | ${shortened} }}-`,
      '{{- end -}}',
    ].join('\n'),
  };
}

export const EXTRA_MANIFESTS = `{{- range .Values.extraManifests }}
---
{{ tpl (kindIs "string" . | ternary . (toYaml .)) $ }}
{{- end }}
`;
