{{- define "lab.imageVersion" -}}
{{- $name := regexReplaceAll "@.*$" . "" | base -}}
{{- $tag := contains ":" $name | ternary (regexReplaceAll "^.*:" $name "") "latest" | trunc 63 -}}
{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" $tag "" | default "latest" -}}
{{- end -}}
