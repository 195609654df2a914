"""The closed set of reasons in conditions, Events, metrics and ``dixi explain``."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something is as it is; CamelCase, as Kubernetes conditions want it."""

    READY = "Ready"
    """Everything runs and the gateway answered a request through its Service."""

    HEALTHY = "Healthy"
    """The object or component is as it should be."""

    ABSENT = "Absent"
    """The object does not exist yet."""

    PROGRESSING = "Progressing"
    """Work is under way and nothing says that it will fail."""

    WAITING_FOR_NAMESPACE = "WaitingForNamespace"
    """The namespace is not there yet, or still goes away."""

    WAITING_FOR_CONFIG = "WaitingForConfig"
    """The configuration is not written yet."""

    WAITING_FOR_SECRETS = "WaitingForSecrets"
    """Secrets, service accounts or network policies are not written yet."""

    WAITING_FOR_REDIS = "WaitingForRedis"
    """Redis is not up."""

    WAITING_FOR_OLLAMA = "WaitingForOllama"
    """Ollama is not up."""

    WAITING_FOR_VISION = "WaitingForVision"
    """Vision is not up."""

    WAITING_FOR_BACKEND = "WaitingForBackend"
    """The backend is not up."""

    WAITING_FOR_FRONTEND = "WaitingForFrontend"
    """The frontend is not up."""

    WAITING_FOR_EDGE = "WaitingForEdge"
    """Autoscaler, disruption budget, monitors or backup are not in place."""

    ROLLOUT_IN_PROGRESS = "RolloutInProgress"
    """A Deployment is replacing or starting pods."""

    ROLLOUT_STUCK = "RolloutStuck"
    """A Deployment made no progress within its deadline."""

    REPLICA_FAILURE = "ReplicaFailure"
    """Pods of a Deployment could not be created, for example because of a quota or Pod Security."""

    QUOTA_EXCEEDED = "QuotaExceeded"
    """The namespace's ResourceQuota leaves no room for pods."""

    UNSCHEDULABLE = "Unschedulable"
    """No node takes the pods."""

    IMAGE_PULL_FAILED = "ImagePullFailed"
    """A node cannot get an image."""

    CONTAINER_NOT_CREATED = "ContainerNotCreated"
    """A node cannot make a container, for example because a volume cannot be mounted."""

    OUT_OF_MEMORY = "OutOfMemory"
    """A container needs more than its memory limit."""

    CRASH_LOOP = "CrashLoop"
    """A program keeps ending."""

    DNS_BLOCKED = "DnsBlocked"
    """A NetworkPolicy keeps pods from resolving names."""

    REDIS_UNREACHABLE = "RedisUnreachable"
    """Redis does not answer the backend."""

    NOT_ANSWERING = "NotAnswering"
    """Pods run, but do not pass their readiness probe."""

    VOLUME_PENDING = "VolumePending"
    """A PersistentVolumeClaim is not bound."""

    VOLUME_LOST = "VolumeLost"
    """The volume behind a PersistentVolumeClaim is gone."""

    METRICS_UNAVAILABLE = "MetricsUnavailable"
    """There are no metrics to scale by, so replicas stay as many as they are."""

    SCALING_FAILED = "ScalingFailed"
    """The autoscaler cannot scale its target."""

    TERMINATING = "Terminating"
    """The object is being deleted."""

    SPEC_INVALID = "SpecInvalid"
    """The specification contradicts itself or the schema; only an edit helps."""

    NAMESPACE_NOT_OURS = "NamespaceNotOurs"
    """The namespace exists and does not belong to this install."""

    NAMESPACE_TERMINATING = "NamespaceTerminating"
    """The namespace is being deleted; the install goes on once it is gone."""

    NO_STORAGE_CLASS = "NoStorageClass"
    """A volume needs a StorageClass that the cluster does not have."""

    NO_GPU = "NoGpu"
    """No node offers a GPU, under whatever name."""

    GPU_RESOURCE_UNKNOWN = "GpuResourceUnknown"
    """No node offers the extended resource that is asked for, but some offer others."""

    GPUS_TOO_FEW = "GpusTooFew"
    """No single node has as many GPUs as one pod asks for."""

    GPU_NODES_CLOSED = "GpuNodesClosed"
    """The nodes with GPUs take no such pods: a taint, a missing label, a cordon, or the node is not ready."""

    GPUS_TAKEN = "GpusTaken"
    """Other pods hold the GPUs."""

    GPU_UNUSABLE = "GpuUnusable"
    """A GPU seemed free, and a pod that was to use it did not get ready in time."""

    GPU_UNUSED = "GpuUnused"
    """A pod has a GPU and computes on the CPU all the same."""

    GPU_ALLOCATED = "GpuAllocated"
    """The pods run on nodes that have given them their GPUs."""

    AUTOSCALED = "Autoscaled"
    """Replicas follow the load."""

    RUNTIME_CLASS_MISSING = "RuntimeClassMissing"
    """The cluster lacks the RuntimeClass that pods with a GPU are to have."""

    DEVICE_CLASS_MISSING = "DeviceClassMissing"
    """The cluster lacks the DeviceClass that devices are claimed from, or dynamic resource allocation altogether."""

    CRD_MISSING = "CrdMissing"
    """The cluster lacks a kind that the specification asks for."""

    MISSING_SECRET = "MissingSecret"  # noqa: S105 - a reason
    """The specification names a Secret that the namespace does not have."""

    SUSPENDED = "Suspended"
    """``spec.suspend`` is set, so nothing is changed."""

    GATEWAY_UNREACHABLE = "GatewayUnreachable"
    """Everything runs, but a request to the backend through its Service failed."""

    GATEWAY_UNPROBED = "GatewayUnprobed"
    """Everything runs, and the backend has not been asked yet."""

    API_UNAVAILABLE = "ApiUnavailable"
    """The API server did not answer, or asked to try again."""

    FORBIDDEN = "Forbidden"
    """The API server refused the operator the right to write an object."""

    IMMUTABLE_FIELD = "ImmutableField"
    """A field that an object keeps for life would have to change, and making the object anew would lose its content."""

    APPLY_REJECTED = "ApplyRejected"
    """The API server rejected an object; only an edit of the specification helps."""

    FIELD_CONFLICT = "FieldConflict"
    """Another writer changes a field as often as the operator puts it back."""

    ADOPTED = "Adopted"
    """Objects that were there before have become the install's, as ``spec.namespace.adopt`` allows."""

    DRIFTED = "Drifted"
    """Somebody has changed a field that ``spec.drift`` says to leave."""

    DRIFT_REPAIRED = "DriftRepaired"
    """Somebody had changed a field, and it was put back."""

    INTERNAL_ERROR = "InternalError"
    """The operator has a bug; its log has the details."""
