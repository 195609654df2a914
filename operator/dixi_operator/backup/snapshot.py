"""What of the cluster goes into an archive, in a form that can be applied to another cluster."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dixi_operator.api.names import BACKUP_KEY_SECRET, KEY_API_KEY, KEY_BACKUP_IDENTITY, SECRET
from dixi_operator.api.types import Manifest
from dixi_operator.backup.archive import CONFIGMAPS, INSTALL, PROJECTION, SECRETS, BackedUpInstall
from dixi_operator.backup.documents import dump_documents
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.sealing import derive_recipients, seal

# Written by Kubernetes or Helm for this one cluster; restoring them elsewhere would do harm.
_FOREIGN_CONFIGMAPS = frozenset({"kube-root-ca.crt"})
_FOREIGN_SECRET_TYPES = frozenset({"kubernetes.io/service-account-token", "helm.sh/release.v1"})
_PORTABLE_METADATA = ("name", "namespace", "labels", "annotations")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Live objects as the API server gave them."""

    install: Manifest
    configmaps: Sequence[Manifest]
    secrets: Sequence[Manifest]


def describe_install(snapshot: Snapshot, namespace: str) -> BackedUpInstall:
    """Say of which install the archive is."""
    metadata, spec = snapshot.install["metadata"], snapshot.install.get("spec") or {}
    return BackedUpInstall(
        name=metadata["name"], uid=metadata["uid"], namespace=namespace, version=str(spec.get("version", ""))
    )


def find_api_key(snapshot: Snapshot) -> str:
    """Find the key that the gateway asks for."""
    return _read_secret(snapshot.secrets, SECRET, KEY_API_KEY)


def find_identity(snapshot: Snapshot) -> str:
    """Find the age identity that the operator made for this install."""
    return _read_secret(snapshot.secrets, BACKUP_KEY_SECRET, KEY_BACKUP_IDENTITY)


def choose_recipients(snapshot: Snapshot, configured: Iterable[str]) -> tuple[str, ...]:
    """List the public keys the Secrets are encrypted for: the configured ones and the install's own, each once."""
    return tuple(dict.fromkeys([*configured, *derive_recipients(find_identity(snapshot))]))


def build_files(snapshot: Snapshot, projection: bytes, recipients: Sequence[str]) -> dict[str, bytes]:
    """Build every member of the archive but its manifest; the Secrets leave this function encrypted."""
    configmaps = [item for item in snapshot.configmaps if item["metadata"]["name"] not in _FOREIGN_CONFIGMAPS]
    secrets = [item for item in snapshot.secrets if item.get("type") not in _FOREIGN_SECRET_TYPES]
    files = {f"{CONFIGMAPS}{item['metadata']['name']}.yaml": _dump([item]) for item in configmaps}
    return {
        **files,
        INSTALL: _dump([snapshot.install]),
        PROJECTION: projection,
        SECRETS: seal(_dump(secrets), recipients),
    }


def make_portable(manifest: Manifest) -> Manifest:
    """Leave out what belongs to one cluster or to one moment: status, uid, owner, managers."""
    source = manifest["metadata"]
    annotations = {key: value for key, value in (source.get("annotations") or {}).items() if key != _LAST_APPLIED}
    portable = {**source, "annotations": annotations}
    metadata = {key: portable[key] for key in _PORTABLE_METADATA if portable.get(key)}
    kept = {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind", "metadata", "status"}}
    return {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"], "metadata": metadata, **kept}


def _dump(manifests: Iterable[Manifest]) -> bytes:
    documents = [make_portable(item) for item in sorted(manifests, key=lambda item: str(item["metadata"]["name"]))]
    return dump_documents(documents).encode()


def _read_secret(secrets: Iterable[Manifest], name: str, key: str) -> str:
    for secret in secrets:
        if secret["metadata"]["name"] != name:
            continue
        try:
            return base64.b64decode((secret.get("data") or {})[key], validate=True).decode()
        except KeyError:
            raise BackupError(f"Secret {name} has no key {key!r}.") from None
        except (binascii.Error, UnicodeError) as error:
            raise BackupError(f"Key {key!r} of Secret {name} is not base64 of UTF-8 text.") from error
    raise BackupError(f"Secret {name} is missing from the namespace; the operator makes it with the install.")
