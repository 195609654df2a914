{{/* The operator is one a cluster, and installs refer to it by this name, so it does not follow the release's name. */}}
{{- define "dixi-operator.name" -}}
dixi-operator
{{- end }}

{{- define "dixi-operator.selector" -}}
app.kubernetes.io/name: {{ include "dixi-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "dixi-operator.labels" -}}
{{ include "dixi-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: dixi
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "dixi-operator.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Environment of the operator: dixi_operator/settings.py. */}}
{{- define "dixi-operator.env" -}}
- name: DIXI_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: DIXI_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- $settings := dict
  "DIXI_LOG_LEVEL" .Values.logLevel
  "DIXI_WORKERS" .Values.workers
  "DIXI_RESYNC_SECONDS" .Values.resyncSeconds
  "DIXI_HTTP_PORT" 8080
  "DIXI_LEADER_ELECTION" .Values.leaderElection
  "DIXI_IMAGE_OPERATOR" (.Values.images.operator | default (printf "%s:{version}" .Values.image.repository))
  "DIXI_IMAGE_RUNTIME" .Values.images.runtime
  "DIXI_IMAGE_REDIS" .Values.images.redis
  "DIXI_IMAGE_OLLAMA" .Values.images.ollama
  "DIXI_IMAGE_PULL_POLICY" .Values.images.pullPolicy
  "DIXI_IMAGE_PULL_SECRETS" (join "," .Values.images.pullSecrets)
}}
{{- range $name, $value := $settings }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
