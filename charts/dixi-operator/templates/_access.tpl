{{/* Made by hack/generate.py from operator/dixi_operator/cluster/access.py. */}}
{{- define "dixi-operator.rules.cluster" -}}
# The documents it acts on; it never edits a specification. get is also what a backup job is granted.
- apiGroups: [dixi.io]
  resources: [dixiinstalls]
  verbs: [get, list, watch]
# Conditions, components and history.
- apiGroups: [dixi.io]
  resources: [dixiinstalls/status]
  verbs: [patch]
# Owner references that block the owner's deletion, where admission checks them
# (OwnerReferencesPermissionEnforcement).
- apiGroups: [dixi.io]
  resources: [dixiinstalls/finalizers]
  verbs: [update]
# The namespace of an install. The operator deletes none; admission asks for delete where an owner changes.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [get, list, watch, create, patch, delete]
# Configuration of the programs. list is also what a backup job is granted.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
# Keys, made once and never rewritten. list is also what a backup job is granted. The operator deletes none; admission
# asks for delete where an owner changes.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, list, watch, create, patch, delete]
# Addresses of the programs.
- apiGroups: ['']
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# Accounts of the programs, none of which gets a token but that of backups.
- apiGroups: ['']
  resources: [serviceaccounts]
  verbs: [get, list, watch, create, patch, delete]
# Volumes, which hold data. The operator deletes none; admission asks for delete where an owner changes.
- apiGroups: ['']
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create, patch, delete]
# The programs.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
# Scaling of the gateway.
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
# Node drains that leave the gateway up.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# Default deny, and the flows that exist.
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# Scheduled backups.
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, list, watch, create, patch, delete]
# What a backup job may read; without the verb escalate never more than the operator may itself.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles]
  verbs: [get, list, watch, create, patch, delete]
# Gives that to the backup job; without the verb bind only what the operator may itself.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [get, list, watch, create, patch, delete]
# The right of a backup job to read its install.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [get, list, watch, create, patch, delete]
# Gives that to the backup job.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterrolebindings]
  verbs: [get, list, watch, create, patch, delete]
# Scraping, where the Prometheus operator is installed.
- apiGroups: [monitoring.coreos.com]
  resources: [servicemonitors]
  verbs: [get, list, watch, create, patch, delete]
# GPUs that are claimed from a DeviceClass.
- apiGroups: [resource.k8s.io]
  resources: [resourceclaimtemplates]
  verbs: [get, list, watch, create, patch, delete]
# Scaling of the gateway, where KEDA is installed and asked for.
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [get, list, watch, create, patch, delete]
# GPUs, and the address of node ports.
- apiGroups: ['']
  resources: [nodes]
  verbs: [list]
# Whether volumes can be had.
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [list]
# Why a program does not get ready, and who holds the GPUs, read only then. patch is for an annotation that says which
# pod of a gateway is to go first when it is scaled down.
- apiGroups: ['']
  resources: [pods]
  verbs: [list, patch]
# What a quota leaves of GPUs.
- apiGroups: ['']
  resources: [resourcequotas]
  verbs: [list]
# Whether pods with a GPU can be run.
- apiGroups: [node.k8s.io]
  resources: [runtimeclasses]
  verbs: [list]
# Whether GPUs can be claimed.
- apiGroups: [resource.k8s.io]
  resources: [deviceclasses]
  verbs: [list]
# What a node says of a program that does not get ready.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [list]
{{- end }}
{{- define "dixi-operator.rules.operator" -}}
# The Lease by which replicas agree on a leader; create cannot be limited to a name.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
# Holding that Lease, and giving it back.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [dixi-operator]
  verbs: [get, patch]
{{- end }}
{{- define "dixi-operator.rules.events" -}}
# One Event a change of reason.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
