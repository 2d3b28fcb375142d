{{- define "lab.image" -}}
{{- $registry := index . 0 -}}
{{- if $registry }}{{ $registry }}/{{ regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" (index . 1) "" }}{{ else }}{{ index . 1 }}{{ end -}}
{{- end -}}

{{- define "lab.imageVersion" -}}
{{- $name := regexReplaceAll "@.*$" . "" | base -}}
{{- $tag := contains ":" $name | ternary (regexReplaceAll "^.*:" $name "") "latest" | trunc 63 -}}
{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" $tag "" | default "latest" -}}
{{- end -}}
