{{- define "slipway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- /* Short enough for "-server", "-agent" and the hook's name behind it. */ -}}
{{- define "slipway.fullname" -}}
{{- $name := include "slipway.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "slipway.selector" -}}
app.kubernetes.io/name: {{ include "slipway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "slipway.labels" -}}
{{ include "slipway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "slipway.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "slipway.runNamespace" -}}
{{- .Values.runs.namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "slipway.apiUrl" -}}
{{- if .Values.apiUrl -}}
{{- .Values.apiUrl -}}
{{- else -}}
{{- printf "http://%s-server.%s.svc:%v/graphql" (include "slipway.fullname" .) .Release.Namespace .Values.server.service.port -}}
{{- end -}}
{{- end -}}

{{- define "slipway.serverAccount" -}}
{{- .Values.serviceAccounts.server.name | default (ternary (printf "%s-server" (include "slipway.fullname" .)) "default" .Values.serviceAccounts.server.create) -}}
{{- end -}}

{{- define "slipway.agentAccount" -}}
{{- .Values.serviceAccounts.agent.name | default (printf "%s-agent" (include "slipway.fullname" .)) -}}
{{- end -}}

{{- define "slipway.apiKeyRef" -}}
secretKeyRef:
  name: {{ .Values.apiKey.existingSecret | default (include "slipway.fullname" .) }}
  key: {{ ternary .Values.apiKey.existingSecretKey "api-key" (ne .Values.apiKey.existingSecret "") }}
{{- end -}}

{{- define "slipway.databaseRef" -}}
secretKeyRef:
  name: {{ .Values.database.existingSecret | default (include "slipway.fullname" .) }}
  key: {{ ternary .Values.database.existingSecretKey "database-url" (ne .Values.database.existingSecret "") }}
{{- end -}}

{{- /* What the server's and the agent's pods have alike, given as (list $ (values of the one)). */ -}}
{{- define "slipway.scheduling" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
enableServiceLinks: false
{{- with $root.Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "slipway.container" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
image: {{ include "slipway.image" $root | quote }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
{{- with $own.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "slipway.podLabels" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{ include "slipway.labels" $root }}
{{- with $own.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Helm merges what is given into the standard values, and Kubernetes refuses Recreate with a rolling update's fields. */ -}}
{{- define "slipway.strategy" -}}
{{- if eq .type "Recreate" -}}
{{- toYaml (omit . "rollingUpdate") -}}
{{- else -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{- /* Where Jobs go whose flow names no namespace: the volume below hands it to the agent. */ -}}
{{- define "slipway.runNamespaceAnnotation" -}}
slipway.dev/run-namespace: {{ include "slipway.runNamespace" . }}
{{- end -}}

{{- /* The agent's token, as Kubernetes would mount it by itself, but for the namespace. */ -}}
{{- define "slipway.apiAccess" -}}
- name: api-access
  projected:
    sources:
      - serviceAccountToken: { path: token, expirationSeconds: 3600 }
      - configMap:
          name: kube-root-ca.crt
          items: [{ key: ca.crt, path: ca.crt }]
      - downwardAPI:
          items:
            - path: namespace
              fieldRef: { fieldPath: "metadata.annotations['slipway.dev/run-namespace']" }
{{- end -}}

{{- define "slipway.apiAccessMount" -}}
- name: api-access
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end -}}
