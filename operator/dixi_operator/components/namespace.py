"""The namespace that everything goes into."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_cluster_metadata


def build_namespace(context: Context) -> Manifest:
    """The namespace, which lets only restricted pods in; one that was adopted has no owner, so it stays."""
    metadata = build_cluster_metadata(context, context.namespace, names.NAMESPACE)
    metadata["labels"] |= {names.LABEL_POD_SECURITY: "restricted"}
    if context.spec.namespace.adopt:
        metadata.pop("ownerReferences", None)
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
