"""Certificates and keys, made by the openssl program, and the kubeconfigs that carry them.

What each certificate must hold: https://kubernetes.io/docs/setup/best-practices/certificates/
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hack.cluster.commands import run
from hack.cluster.layout import Layout, Manifest, write_json, write_text

DAYS = 3650


@dataclass(frozen=True)
class Certificate:
    """One leaf certificate; its files are <name>.crt and <name>.key."""

    name: str
    common_name: str
    organizations: Sequence[str] = ()
    dns: Sequence[str] = ()
    addresses: Sequence[str] = ()
    authority: str = "ca"

    @property
    def is_server(self) -> bool:
        return bool(self.dns or self.addresses)


USERS: tuple[Certificate, ...] = (
    Certificate("admin", "kubernetes-admin", ["system:masters"]),
    Certificate("controller-manager", "system:kube-controller-manager"),
    Certificate("scheduler", "system:kube-scheduler"),
)
"""Clients of every cluster's API server; each has a kubeconfig of the same name."""


def openssl_config(certificate: Certificate | None) -> str:
    """Text of the openssl configuration for a leaf certificate, or for a self-signed authority (None)."""
    lines = [
        "[req]",
        "distinguished_name = name",
        "prompt = no",
        "x509_extensions = extensions",
        "[name]",
        "[extensions]",
    ]
    if certificate is None:
        lines += ["basicConstraints = critical, CA:TRUE", "keyUsage = critical, keyCertSign, cRLSign, digitalSignature"]
        return "\n".join([*lines, "subjectKeyIdentifier = hash"]) + "\n"
    usages = ["clientAuth", *(["serverAuth"] if certificate.is_server else [])]
    lines += ["basicConstraints = critical, CA:FALSE", "keyUsage = critical, digitalSignature"]
    lines += [f"extendedKeyUsage = {', '.join(usages)}"]
    if certificate.is_server:
        names = [*(f"DNS:{name}" for name in certificate.dns), *(f"IP:{address}" for address in certificate.addresses)]
        lines += [f"subjectAltName = {', '.join(names)}"]
    return "\n".join(lines) + "\n"


def ensure_authority(layout: Layout, name: str) -> None:
    """Makes the self-signed authority once; a second call changes nothing."""
    if not (layout.pki / f"{name}.crt").exists():
        _openssl(layout, name, f"/CN=dixi-cluster-{name}", openssl_config(None), ())


def ensure_certificate(layout: Layout, certificate: Certificate) -> None:
    """Makes or renews the certificate when what it must say has changed; its authority must exist."""
    wanted = json.dumps(asdict(certificate), default=list, sort_keys=True)
    stamp = layout.pki / f"{certificate.name}.wanted"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subject = "".join([*(f"/O={name}" for name in certificate.organizations), f"/CN={certificate.common_name}"])
    authority = layout.pki / certificate.authority
    signer = ("-CA", f"{authority}.crt", "-CAkey", f"{authority}.key")
    _openssl(layout, certificate.name, subject, openssl_config(certificate), signer)
    write_text(stamp, wanted)


def ensure_signing_key(layout: Layout) -> None:
    """Makes the key pair that signs service account tokens, sa.key and sa.pub."""
    private, public = layout.pki / "sa.key", layout.pki / "sa.pub"
    if not public.exists():
        layout.pki.mkdir(parents=True, exist_ok=True)
        run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", private])
        private.chmod(0o600)
        run(["openssl", "pkey", "-in", private, "-pubout", "-out", public])


def ensure_kubeconfigs(layout: Layout, server: str, users: Iterable[str]) -> None:
    """Writes one self-contained kubeconfig a user, for the server URL."""
    for user in users:
        write_json(layout.kubeconfig(user), kubeconfig(layout.pki, server, user))


def kubeconfig(pki: Path, server: str, user: str) -> Manifest:
    """The kubeconfig, certificates included, so that the file can be copied anywhere."""
    authority, certificate, key = (_encoded(pki / name) for name in ("ca.crt", f"{user}.crt", f"{user}.key"))
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "dixi", "cluster": {"server": server, "certificate-authority-data": authority}}],
        "users": [{"name": user, "user": {"client-certificate-data": certificate, "client-key-data": key}}],
        "contexts": [{"name": "dixi", "context": {"cluster": "dixi", "user": user}}],
        "current-context": "dixi",
    }


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _openssl(layout: Layout, name: str, subject: str, config: str, signer: Sequence[str]) -> None:
    """Writes the key and certificate; the certificate comes last, so that a killed run is repeated."""
    settings = write_text(layout.pki / f"{name}.cnf", config)
    certificate, key = layout.pki / f"{name}.crt", layout.pki / f"{name}.key"
    key_type = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    request = ("-new", "-x509", "-sha256", "-days", str(DAYS), "-subj", subject)
    run(["openssl", "req", "-config", settings, *request, *key_type, *signer, "-keyout", key, "-out", certificate])
    key.chmod(0o600)
