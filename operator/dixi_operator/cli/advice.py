"""What to do about each reason."""

from __future__ import annotations

from collections.abc import Mapping

from dixi_operator.api.reasons import Reason

_WAIT = "Nothing to do: it follows what it waits for; look at the check above it."

ADVICE: Mapping[Reason, str] = {
    Reason.READY: "",
    Reason.HEALTHY: "",
    Reason.ABSENT: "Wait a moment: the operator is about to make it.",
    Reason.PROGRESSING: "Wait: work is under way.",
    Reason.WAITING_FOR_NAMESPACE: _WAIT,
    Reason.WAITING_FOR_CONFIG: _WAIT,
    Reason.WAITING_FOR_SECRETS: _WAIT,
    Reason.WAITING_FOR_REDIS: _WAIT,
    Reason.WAITING_FOR_OLLAMA: _WAIT,
    Reason.WAITING_FOR_VISION: _WAIT,
    Reason.WAITING_FOR_BACKEND: _WAIT,
    Reason.WAITING_FOR_FRONTEND: _WAIT,
    Reason.WAITING_FOR_EDGE: _WAIT,
    Reason.ROLLOUT_IN_PROGRESS: "Wait: pods are starting; kubectl get pods in the install's namespace shows which.",
    Reason.ROLLOUT_STUCK: "Look at the pods: kubectl describe pod shows an image that cannot be pulled or a probe that "
    "fails, kubectl logs a program that ends.",
    Reason.REPLICA_FAILURE: "Raise the quota, or allow what admission refused; kubectl describe replicaset quotes it.",
    Reason.QUOTA_EXCEEDED: "Raise the quota, or ask for less in the component's resources.",
    Reason.UNSCHEDULABLE: "Add a node, or ask for less in the component's resources: kubectl describe pod.",
    Reason.IMAGE_PULL_FAILED: "Check spec.version and spec.images, and that the nodes can reach the registry.",
    Reason.CONTAINER_NOT_CREATED: "kubectl describe pod in the install's namespace says what the node could not do.",
    Reason.OUT_OF_MEMORY: "Raise the component's resources.limits.memory.",
    Reason.CRASH_LOOP: "kubectl logs --previous in the install's namespace says why the program ended.",
    Reason.DNS_BLOCKED: "Let that NetworkPolicy allow UDP and TCP port 53 to kube-system, or delete it.",
    Reason.REDIS_UNREACHABLE: "See that Redis runs, and that its address and password in spec.redis are right.",
    Reason.NOT_ANSWERING: "kubectl logs in the install's namespace says what the program waits for.",
    Reason.VOLUME_PENDING: "Check that the StorageClass can provision: kubectl describe pvc says what it waits for.",
    Reason.VOLUME_LOST: "The data is gone with its volume: delete the claim to start afresh, or restore a backup.",
    Reason.METRICS_UNAVAILABLE: "Install metrics-server, or see kubectl describe apiservice v1beta1.metrics.k8s.io",
    Reason.SCALING_FAILED: "kubectl describe hpa backend-hpa in the install's namespace says why.",
    Reason.TERMINATING: "Wait until it is gone; kubectl get -o yaml shows finalizers that hold it.",
    Reason.SPEC_INVALID: "Edit the field that the message names: kubectl edit dixi",
    Reason.NAMESPACE_NOT_OURS: "Choose another spec.namespace.name, or take it over with spec.namespace.adopt: true.",
    Reason.NAMESPACE_TERMINATING: "Wait until it is gone; kubectl get namespace -o yaml shows what holds it.",
    Reason.NO_STORAGE_CLASS: "Install a provisioner and make a StorageClass the default, or name one in the spec.",
    Reason.NO_GPU: "Add a node with the GPU and its device plugin, or set the component's gpu.policy: Preferred.",
    Reason.GPU_RESOURCE_UNKNOWN: "Name in the component's gpu.resource what nodes offer, or add a node that has it.",
    Reason.GPUS_TOO_FEW: "Ask for less in the component's gpu.count, or add a node with more GPUs.",
    Reason.GPU_NODES_CLOSED: "Tolerate the taint in the component's gpu.tolerations, correct its gpu.nodeSelector, or "
    "open the node.",
    Reason.GPUS_TAKEN: "Stop what holds them, add a node, or set the component's gpu.policy: Preferred.",
    Reason.GPU_UNUSABLE: "kubectl describe pod in the install's namespace, while it tries, says what it waits for.",
    Reason.GPU_UNUSED: "See vision's log: MediaPipe draws with EGL and OpenGL ES 3.1, for which the driver needs the "
    "graphics capability, and the container its libraries.",
    Reason.GPU_ALLOCATED: "Nothing to do.",
    Reason.AUTOSCALED: "Nothing to do.",
    Reason.RUNTIME_CLASS_MISSING: "Install the RuntimeClass, or drop the component's gpu.runtimeClassName.",
    Reason.DEVICE_CLASS_MISSING: "Install the driver that brings the DeviceClass, or drop gpu.deviceClass.",
    Reason.MISSING_SECRET: "Make the Secret in the install's namespace; pods that wait for it go on by themselves.",
    Reason.CRD_MISSING: "Install what brings the kind that the message names, or turn the option off.",
    Reason.SUSPENDED: "Set spec.suspend: false to let the operator act again.",
    Reason.GATEWAY_UNREACHABLE: "See the backend's logs, and whether a NetworkPolicy keeps the operator out.",
    Reason.GATEWAY_UNPROBED: "Wait a moment: the operator is about to ask the backend.",
    Reason.API_UNAVAILABLE: "Wait: the operator tries again by itself; look at the API server if it stays.",
    Reason.FORBIDDEN: "Upgrade the operator's chart, so that its ClusterRole has the right that the message names.",
    Reason.IMMUTABLE_FIELD: "Put the field back to what the object has, or save its content and delete it.",
    Reason.APPLY_REJECTED: "Edit the field that leads to the rejected object; the message quotes the API server.",
    Reason.FIELD_CONFLICT: "Drop the field from the tool that the message names, or leave it to it with spec.drift.",
    Reason.ADOPTED: "Nothing to do; to leave such objects alone, set spec.namespace.adopt: false before installing.",
    Reason.DRIFTED: "Undo the change that the message names, or have spec.drift put it back.",
    Reason.DRIFT_REPAIRED: "Nothing to do: it was put back; the message names who had changed it.",
    Reason.INTERNAL_ERROR: "Report the bug with the operator's log; the operator tries again by itself.",
}


def advise(reason: str) -> str:
    """Say what to do about ``reason``; an unknown one has no advice."""
    try:
        return ADVICE[Reason(reason)]
    except ValueError:
        return "This reason is unknown to this version of dixi; the message says what there is to know."
