"""Where each kind the operator handles lives in the API.

A closed table instead of discovery: the operator's RBAC names the same kinds, and a kind that is missing here is a
programming error that a test finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from dixi_operator.api.names import GROUP, KIND, PLURAL, VERSION
from dixi_operator.api.types import Manifest


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource type of the API.

    ``api_version`` is group/version, ``plural`` the name in the path; ``namespaced`` says whether objects live in a
    namespace.
    """

    api_version: str
    name: str
    plural: str
    namespaced: bool = True

    @property
    def root(self) -> str:
        """Path of the group and version, without a trailing slash."""
        return f"/api/{self.api_version}" if "/" not in self.api_version else f"/apis/{self.api_version}"

    def path(self, namespace: str | None = None, name: str | None = None, subresource: str | None = None) -> str:
        """Path of the collection, of one object, or of its subresource; without a namespace, of all namespaces."""
        parts = [self.root]
        if self.namespaced and namespace is not None:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        parts += [part for part in (name, subresource) if part is not None]
        return "/".join(parts)


INSTALL = Kind(f"{GROUP}/{VERSION}", KIND, PLURAL, namespaced=False)
NAMESPACE = Kind("v1", "Namespace", "namespaces", namespaced=False)
NODE = Kind("v1", "Node", "nodes", namespaced=False)
SECRET = Kind("v1", "Secret", "secrets")
DEPLOYMENT = Kind("apps/v1", "Deployment", "deployments")
CLAIM = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
STORAGE_CLASS = Kind("storage.k8s.io/v1", "StorageClass", "storageclasses", namespaced=False)
EVENT = Kind("events.k8s.io/v1", "Event", "events")
POD = Kind("v1", "Pod", "pods")
QUOTA = Kind("v1", "ResourceQuota", "resourcequotas")
RUNTIME_CLASS = Kind("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", namespaced=False)
DEVICE_CLASS = Kind("resource.k8s.io/v1", "DeviceClass", "deviceclasses", namespaced=False)

OWNED: tuple[Kind, ...] = (
    NAMESPACE,
    Kind("v1", "ConfigMap", "configmaps"),
    SECRET,
    Kind("v1", "Service", "services"),
    Kind("v1", "ServiceAccount", "serviceaccounts"),
    CLAIM,
    DEPLOYMENT,
    Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    Kind("batch/v1", "CronJob", "cronjobs"),
    Kind("rbac.authorization.k8s.io/v1", "Role", "roles"),
    Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    Kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", namespaced=False),
    Kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    Kind("monitoring.coreos.com/v1", "ServiceMonitor", "servicemonitors"),
    Kind("resource.k8s.io/v1", "ResourceClaimTemplate", "resourceclaimtemplates"),
    Kind("keda.sh/v1alpha1", "ScaledObject", "scaledobjects"),
)
"""Every kind an install may consist of."""

OPTIONAL: frozenset[str] = frozenset({"ServiceMonitor", "ResourceClaimTemplate", "ScaledObject"})
"""Kinds of ``OWNED`` that a cluster may lack."""

_BY_NAME = {(kind.api_version, kind.name): kind for kind in (*OWNED, INSTALL, NODE, STORAGE_CLASS, EVENT)}


def find_kind(api_version: str, name: str) -> Kind:
    """The kind of that name; KeyError when the operator does not handle it."""
    return _BY_NAME[api_version, name]


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Names one object in the cluster; ``namespace`` is empty for cluster-scoped kinds."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """Path of the object."""
        return find_kind(self.api_version, self.kind).path(self.namespace or None, self.name)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def ref_of(manifest: Manifest) -> Ref:
    """The reference to the object that ``manifest`` describes."""
    metadata = manifest["metadata"]
    return Ref(manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""), metadata["name"])
