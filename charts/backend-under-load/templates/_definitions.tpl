{{- define "backend-under-load.millicores" -}}
{{- if mod . 1000 }}{{ . }}m{{ else }}{{ div . 1000 }}{{ end -}}
{{- end -}}

{{- define "backend-under-load.mebibytes" -}}
{{- if not (mod . 1048576) }}{{ div . 1048576 }}Ti
{{- else if not (mod . 1024) }}{{ div . 1024 }}Gi
{{- else }}{{ . }}Mi
{{- end -}}
{{- end -}}

{{- define "backend-under-load.imageVersion" -}}
{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" (trunc 63 .) "" | default "latest" -}}
{{- end -}}

{{- define "backend-under-load.image" -}}
{{- with index . 0 | default (index . 1) }}{{ . }}/{{ end }}{{ index . 2 -}}
{{- with index . 3 }}:{{ . }}{{ end }}{{ with index . 4 }}@{{ . }}{{ end -}}
{{- end -}}

{{- define "backend-under-load.chart" -}}
{{- printf "backend-under-load-%s" .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "backend-under-load.namePrefix" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride }}-
{{- else if contains .Values.nameOverride .Release.Name | and .Values.nameOverride -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}-
{{- else if .Values.nameOverride -}}
{{- printf "%s-%s" .Release.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}-
{{- end -}}
{{- end -}}
