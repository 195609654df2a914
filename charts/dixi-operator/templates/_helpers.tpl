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

{{/* Labels of what a hook runs. Not those of the operator's selectors, or its Service and policies would take it in. */}}
{{- define "dixi-operator.hookLabels" -}}
app.kubernetes.io/name: {{ include "dixi-operator.name" .root }}-{{ .hook }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: dixi
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* What every pod of this chart has in common. */}}
{{- define "dixi-operator.pod" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The security context of every container: Pod Security "restricted", and nothing to write to. */}}
{{- define "dixi-operator.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The pod of a hook: one word for dixi-operator, and variables. */}}
{{- define "dixi-operator.hookPod" -}}
serviceAccountName: {{ include "dixi-operator.name" .root }}-{{ .hook }}
automountServiceAccountToken: true
restartPolicy: Never
{{ include "dixi-operator.pod" .root }}
containers:
  - name: {{ .hook }}
    image: {{ include "dixi-operator.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [{{ .hook }}]
    env:
      {{- range $name, $value := .env }}
      - name: {{ $name }}
        value: {{ $value | toString | quote }}
      {{- end }}
    resources:
      requests:
        cpu: 10m
        memory: 64Mi
      limits:
        memory: 128Mi
    securityContext:
      {{- include "dixi-operator.containerSecurity" .root | nindent 6 }}
{{- end }}

{{/* Metadata of an object of a hook: name by what runs, deleted when it has served, and when another is made. */}}
{{- define "dixi-operator.hookMetadata" -}}
name: {{ include "dixi-operator.name" .root }}-{{ .hook }}
labels:
  {{- include "dixi-operator.hookLabels" . | nindent 2 }}
annotations:
  helm.sh/hook: {{ .event }}
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
