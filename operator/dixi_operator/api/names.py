"""Names that the operator, the chart, the command line and users rely on."""

# ruff: noqa: S105 - names of Secrets and of their keys, not their values

from __future__ import annotations

from typing import Final

GROUP = "dixi.io"
VERSION = "v1alpha1"
API_VERSION: Final = "dixi.io/v1alpha1"
KIND: Final = "DixiInstall"
PLURAL = "dixiinstalls"
SINGULAR = "dixiinstall"
SHORT_NAME = "dixi"

FIELD_MANAGER = "dixi-operator"
OPERATOR_NAME = "dixi-operator"

LABEL_APP = "app"
LABEL_NAME = "app.kubernetes.io/name"
LABEL_INSTANCE = "app.kubernetes.io/instance"
LABEL_COMPONENT = "app.kubernetes.io/component"
LABEL_PART_OF = "app.kubernetes.io/part-of"
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"
LABEL_NAMESPACE = "kubernetes.io/metadata.name"
LABEL_POD_SECURITY = "pod-security.kubernetes.io/enforce"
PRODUCT = "dixi"
MANAGED_BY = "dixi-operator"

ANNOTATION_RECONCILE = f"{GROUP}/reconcile"
ANNOTATION_CONFIG_HASH = f"{GROUP}/config-hash"
ANNOTATION_APPLIED = f"{GROUP}/applied"
ANNOTATION_REPLICAS = f"{GROUP}/replicas"

NAMESPACE = "namespace"
CONFIG = "config"
SECRETS = "secrets"
REDIS = "redis"
OLLAMA = "ollama"
VISION = "vision"
BACKEND = "backend"
FRONTEND = "frontend"
EDGE = "edge"
BACKUP = "backup"

CONFIG_MAP = "dixi-config"
SECRET = "dixi-secrets"
KEY_API_KEY = "api-key"
KEY_JWT_SECRET = "jwt-secret"
KEY_REDIS_PASSWORD = "redis-password"
KEY_GEMINI = "gemini-api-key"
BACKUP_KEY_SECRET = "dixi-backup-key"
KEY_BACKUP_IDENTITY = "identity"
KEY_BACKUP_RECIPIENT = "recipient"

BACKEND_SERVICE = "backend"
VISION_SERVICE = "vision-service"
FRONTEND_SERVICE = "frontend"
REDIS_SERVICE = "redis"
OLLAMA_SERVICE = "ollama-service"

BACKEND_PORT = 3001
BACKEND_WS_PORT = 3002
VISION_PORT = 5001
VISION_ALIAS_PORT = 5000
FRONTEND_PORT = 3000
FRONTEND_SERVICE_PORT = 80
REDIS_PORT = 6379
OLLAMA_PORT = 11434

REDIS_CLAIM = "redis-data"
OLLAMA_CLAIM = "ollama-models"
BACKUP_CLAIM = "backup-data"

AUTOSCALER = "backend-hpa"
VISION_AUTOSCALER = "vision-hpa"
SCALED_OBJECT = "backend"
BACKUP_CRON_JOB = "dixi-backup"
DEFAULT_DENY = "default-deny"

SERVICE_MONITOR_KIND = "ServiceMonitor.monitoring.coreos.com"
SCALED_OBJECT_KIND = "ScaledObject.keda.sh"
METRICS_KIND = "PodMetrics.metrics.k8s.io"
CUSTOM_METRICS_KIND = "MetricValueList.custom.metrics.k8s.io"

CONNECTIONS_METRIC = "dixi_websocket_connections"
STREAMS_METRIC = "dixi_vision_streams"

LONGEST_INSTALL_NAME = 40
"""Characters of an install's name; with it, the longest object name and every label value fit into 63."""
