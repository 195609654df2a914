"""Labels, selectors and owners, the same on every object."""

from __future__ import annotations

from collections.abc import Mapping

from dixi_operator.api import names
from dixi_operator.api.install import DeletionPolicy, DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context


def build_labels(install: DixiInstall, component: str) -> dict[str, str]:
    """The labels of every object of a component, its pods included.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    return {
        names.LABEL_APP: component,
        names.LABEL_NAME: names.PRODUCT,
        names.LABEL_INSTANCE: install.name,
        names.LABEL_COMPONENT: component,
        names.LABEL_PART_OF: names.PRODUCT,
        names.LABEL_MANAGED_BY: names.MANAGED_BY,
    }


def build_selector(install: DixiInstall, component: str) -> dict[str, str]:
    """The labels by which a component's pods are found; they can never change."""
    return {names.LABEL_APP: component, names.LABEL_INSTANCE: install.name}


def build_owners(install: DixiInstall) -> list[Manifest]:
    """The install as owner, so that the garbage collector removes what it owns; nobody when objects are to stay."""
    if install.spec.deletion_policy is DeletionPolicy.RETAIN or not install.metadata.uid:
        return []
    return [
        {
            "apiVersion": names.API_VERSION,
            "kind": names.KIND,
            "name": install.name,
            "uid": install.metadata.uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def build_metadata(
    context: Context, name: str, component: str, *, annotations: Mapping[str, str] | None = None
) -> Manifest:
    """The metadata of an object in the install's namespace."""
    metadata = {**build_cluster_metadata(context, name, component), "namespace": context.namespace}
    return {**metadata, "annotations": dict(annotations)} if annotations else metadata


def build_cluster_metadata(context: Context, name: str, component: str) -> Manifest:
    """The metadata of an object that lives in no namespace."""
    metadata: Manifest = {"name": name, "labels": build_labels(context.install, component)}
    if owners := build_owners(context.install):
        metadata["ownerReferences"] = owners
    return metadata
