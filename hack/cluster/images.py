"""Images in the node's containerd: made from one static program, or loaded from an archive or from buildah.

Archive format: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hack.cluster import binaries, containerd, dns
from hack.cluster.commands import attempt, found, run
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout

PROBE_IMAGE = "localhost/dixi-probe:1"
OWN = {containerd.PAUSE_IMAGE: "pause", dns.IMAGE: "coredns", PROBE_IMAGE: "probe"}
"""Images of the cluster itself -> the program that is all they hold."""

OCI = "application/vnd.oci.image"
NAME_ANNOTATION = "io.containerd.image.name"


def load_own(layout: Layout) -> None:
    """Puts the cluster's own images into the node unless they are there."""
    for name, program in OWN.items():
        with tempfile.TemporaryDirectory(dir=layout.root) as folder:
            file = Path(folder) / "image.tar"
            write_archive(file, name, binaries.path(program))
            load_archive(layout, file)


def load(layout: Layout, wanted: str) -> str:
    """Loads an archive file, or an image that buildah knows by name; returns what happened, for the terminal."""
    if Path(wanted).is_file():
        return load_archive(layout, Path(wanted))
    if not found("buildah"):
        raise ClusterError(
            f"{wanted} is no file, and buildah, which could know an image of that name, is not installed"
        )
    inspected = attempt(["buildah", "inspect", "--type", "image", "--format", "{{.FromImageID}}", wanted])
    if inspected.returncode != 0:
        raise ClusterError(f"{wanted} is neither a file nor an image that buildah knows; build it first")
    if f"sha256:{inspected.stdout.strip()}" == installed_config(layout, wanted):
        return f"{wanted} is loaded already"
    with tempfile.TemporaryDirectory(dir=layout.root) as folder:
        file = Path(folder) / "image.tar"
        run(["buildah", "push", "--quiet", wanted, f"docker-archive:{file}:{wanted}"], timeout=600)
        return load_archive(layout, file)


def load_archive(layout: Layout, file: Path) -> str:
    """Imports an oci-archive or docker-archive unless an image of that name and configuration is there."""
    known = described(file)
    if known and all(installed_config(layout, name) == digest for name, digest in known.items()):
        return f"{', '.join(known)} is loaded already"
    output = containerd.ctr(layout, "images", "import", str(file), timeout=900)
    missing = [name for name in known if installed_config(layout, name) is None]
    if missing:
        raise ClusterError(
            f"containerd imported {file} but has no image {', '.join(missing)}; it said: {output.strip()[-500:]}"
        )
    return f"loaded {', '.join(known) or file}"


def described(file: Path) -> dict[str, str]:
    """Image name -> digest of its configuration, as the archive says; empty when it says neither."""
    try:
        with tarfile.open(file) as archive:
            members = set(archive.getnames())
            if "index.json" in members:
                return _described_oci(archive)
            if "manifest.json" in members:
                return _described_docker(archive)
    except tarfile.TarError:
        raise ClusterError(f"{file} is not a tar archive of an image (oci-archive or docker-archive)") from None
    raise ClusterError(
        f"{file} is not an image archive: it holds neither index.json (oci-archive) nor manifest.json (docker-archive)"
    )


def _described_oci(archive: tarfile.TarFile) -> dict[str, str]:
    found_names = {}
    for entry in _read(archive, "index.json")["manifests"]:
        annotations = entry.get("annotations", {})
        name = annotations.get(NAME_ANNOTATION) or annotations.get("org.opencontainers.image.ref.name")
        manifest = _read(archive, f"blobs/{entry['digest'].replace(':', '/')}")
        if name and "config" in manifest:
            found_names[str(name)] = str(manifest["config"]["digest"])
    return found_names


def _described_docker(archive: tarfile.TarFile) -> dict[str, str]:
    entries: list[dict[str, Any]] = _read(archive, "manifest.json")
    digests = [(entry.get("RepoTags") or [], Path(entry["Config"]).name.removesuffix(".json")) for entry in entries]
    return {str(tag): f"sha256:{digest}" for tags, digest in digests for tag in tags}


def _read(archive: tarfile.TarFile, name: str) -> Any:
    file = archive.extractfile(name)
    if file is None:
        raise ClusterError(f"{archive.name!r} has no content for {name}")
    return json.load(file)


def installed_config(layout: Layout, name: str) -> str | None:
    """Digest of the configuration of the node's image of that name, or None when it has none."""
    fields = [line.split() for line in containerd.ctr(layout, "images", "ls", f"name=={name}").splitlines()[1:]]
    if not fields:
        return None
    manifest = json.loads(containerd.ctr(layout, "content", "get", fields[0][2]))
    return str(manifest["config"]["digest"]) if "config" in manifest else None


def write_archive(file: Path, name: str, program: Path) -> None:
    """Writes an oci-archive of an image that is one static program; equal input gives equal bytes."""
    layer = _layer(program)
    config = _json(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Entrypoint": [f"/{program.name}"], "User": "65532:65532"},
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": _descriptor(f"{OCI}.config.v1+json", config),
            "layers": [_descriptor(f"{OCI}.layer.v1.tar", layer)],
        }
    )
    entry = {**_descriptor(f"{OCI}.manifest.v1+json", manifest), "annotations": {NAME_ANNOTATION: name}}
    files = {
        "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
        "index.json": _json({"schemaVersion": 2, "manifests": [entry]}),
        **{f"blobs/{_digest(blob).replace(':', '/')}": blob for blob in (layer, config, manifest)},
    }
    with tarfile.open(file, "w") as archive:
        for path, blob in files.items():
            _add(archive, path, blob, 0o644)


def _layer(program: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        _add(archive, program.name, program.read_bytes(), 0o755)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, path: str, blob: bytes, mode: int) -> None:
    info = tarfile.TarInfo(path)
    info.size, info.mode = len(blob), mode
    archive.addfile(info, io.BytesIO(blob))


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def names(layout: Layout) -> Sequence[str]:
    """Names of the images in the node, digests left out."""
    return [
        name
        for name in containerd.ctr(layout, "images", "ls", "-q").split()
        if not name.startswith("sha256:") and "@" not in name
    ]
