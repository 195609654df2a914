"""What the operator may do in a cluster, derived from what it does.

The chart's roles are made from this table (hack/generate.py). A test runs the operator under exactly these rights and
compares them with the requests in the API server's audit log: nothing is missing, and nothing is there for show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.cluster.kinds import (
    DEVICE_CLASS,
    EVENT,
    INSTALL,
    NODE,
    OWNED,
    POD,
    QUOTA,
    RUNTIME_CLASS,
    STORAGE_CLASS,
    Kind,
)
from dixi_operator.cluster.lease import LEASE_NAME


class Scope(StrEnum):
    """Where a right holds: everywhere, in the operator's own namespace, or where Events of installs go."""

    CLUSTER = "cluster"
    OPERATOR = "operator"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Grant:
    """Verbs on one resource, and what for; ``resource`` may name a subresource, ``names`` limits it to these objects.

    https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    """

    purpose: str
    group: str
    resource: str
    verbs: tuple[str, ...]
    scope: Scope = Scope.CLUSTER
    names: tuple[str, ...] = ()


OWNED_ALONE = "The operator deletes none; admission asks for delete where an owner changes."

PURPOSES: Mapping[str, str] = {
    "Namespace": f"The namespace of an install. {OWNED_ALONE}",
    "ConfigMap": "Configuration of the programs. list is also what a backup job is granted.",
    "Secret": f"Keys, made once and never rewritten. list is also what a backup job is granted. {OWNED_ALONE}",
    "Service": "Addresses of the programs.",
    "ServiceAccount": "Accounts of the programs, none of which gets a token but that of backups.",
    "PersistentVolumeClaim": f"Volumes, which hold data. {OWNED_ALONE}",
    "Deployment": "The programs.",
    "HorizontalPodAutoscaler": "Scaling of the gateway.",
    "PodDisruptionBudget": "Node drains that leave the gateway up.",
    "NetworkPolicy": "Default deny, and the flows that exist.",
    "CronJob": "Scheduled backups.",
    "Role": "What a backup job may read; without the verb escalate never more than the operator may itself.",
    "RoleBinding": "Gives that to the backup job; without the verb bind only what the operator may itself.",
    "ClusterRole": "The right of a backup job to read its install.",
    "ClusterRoleBinding": "Gives that to the backup job.",
    "ServiceMonitor": "Scraping, where the Prometheus operator is installed.",
    "ScaledObject": "Scaling of the gateway, where KEDA is installed and asked for.",
    "ResourceClaimTemplate": "GPUs that are claimed from a DeviceClass.",
}
"""What each owned kind is for."""


def build_grants() -> tuple[Grant, ...]:
    """Every right the operator needs, in the order in which the roles list them."""
    return (*_grant_installs(), *(_grant_owned(kind) for kind in OWNED), *_grant_facts(), *_grant_own_namespace())


def find_group(kind: Kind) -> str:
    """The API group of a kind, without its version; empty for the core group."""
    return kind.api_version.rpartition("/")[0]


def _grant_installs() -> tuple[Grant, ...]:
    group, plural = find_group(INSTALL), INSTALL.plural
    return (
        Grant(
            "The documents it acts on; it never edits a specification. get is also what a backup job is granted.",
            group,
            plural,
            ("get", "list", "watch"),
        ),
        Grant("Conditions, components and history.", group, f"{plural}/status", ("patch",)),
        Grant(
            "Owner references that block the owner's deletion, where admission checks them "
            "(OwnerReferencesPermissionEnforcement).",
            group,
            f"{plural}/finalizers",
            ("update",),
        ),
    )


def _grant_owned(kind: Kind) -> Grant:
    """Rights over a kind that installs consist of.

    list and watch follow what becomes of them, get reads who has changed one, and a server-side apply of what is not
    there yet needs create besides patch. delete prunes; for the kinds that are never pruned it is what admission asks
    for when an owner is set or taken off (OwnerReferencesPermissionEnforcement, which OpenShift has on).
    """
    verbs = ("get", "list", "watch", "create", "patch", "delete")
    return Grant(PURPOSES[kind.name], find_group(kind), kind.plural, verbs)


def _grant_facts() -> tuple[Grant, ...]:
    return (
        Grant("GPUs, and the address of node ports.", find_group(NODE), NODE.plural, ("list",)),
        Grant("Whether volumes can be had.", find_group(STORAGE_CLASS), STORAGE_CLASS.plural, ("list",)),
        Grant(
            "Why a program does not get ready, and who holds the GPUs, read only then. patch is for an annotation that "
            "says which pod of a gateway is to go first when it is scaled down.",
            find_group(POD),
            POD.plural,
            ("list", "patch"),
        ),
        Grant("What a quota leaves of GPUs.", find_group(QUOTA), QUOTA.plural, ("list",)),
        Grant("Whether pods with a GPU can be run.", find_group(RUNTIME_CLASS), RUNTIME_CLASS.plural, ("list",)),
        Grant("Whether GPUs can be claimed.", find_group(DEVICE_CLASS), DEVICE_CLASS.plural, ("list",)),
        Grant("What a node says of a program that does not get ready.", find_group(EVENT), EVENT.plural, ("list",)),
    )


def _grant_own_namespace() -> tuple[Grant, ...]:
    group, leases = "coordination.k8s.io", "leases"
    return (
        Grant(
            "The Lease by which replicas agree on a leader; create cannot be limited to a name.",
            group,
            leases,
            ("create",),
            Scope.OPERATOR,
        ),
        Grant(
            "Holding that Lease, and giving it back.",
            group,
            leases,
            ("get", "patch"),
            Scope.OPERATOR,
            (LEASE_NAME,),
        ),
        Grant("One Event a change of reason.", find_group(EVENT), EVENT.plural, ("create",), Scope.EVENTS),
    )
