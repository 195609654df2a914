"""Certificates made by the real openssl program."""

import json
import subprocess
from pathlib import Path

import pytest

from hack.cluster import pki
from hack.cluster.layout import Layout

SERVER = pki.Certificate("server", "kube-apiserver", dns=["kubernetes.default.svc"], addresses=["10.96.0.1"])
CLIENT = pki.Certificate("admin", "kubernetes-admin", ["system:masters"])


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    pki.ensure_authority(made, "ca")
    return made


def openssl(*arguments: str | Path) -> str:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def test_a_server_certificate_carries_its_names_and_is_signed_by_the_authority(layout: Layout) -> None:
    pki.ensure_certificate(layout, SERVER)
    certificate = layout.pki / "server.crt"
    assert "OK" in openssl("verify", "-CAfile", layout.pki / "ca.crt", "-purpose", "sslserver", certificate)
    shown = openssl("x509", "-in", certificate, "-noout", "-ext", "subjectAltName")
    assert "DNS:kubernetes.default.svc, IP Address:10.96.0.1" in shown


def test_a_client_certificate_names_user_and_group_and_is_no_server(layout: Layout) -> None:
    pki.ensure_certificate(layout, CLIENT)
    certificate = layout.pki / "admin.crt"
    assert openssl("x509", "-in", certificate, "-noout", "-subject").strip() == (
        "subject=O = system:masters, CN = kubernetes-admin"
    )
    assert "serverAuth" not in pki.openssl_config(CLIENT)
    assert (layout.pki / "admin.key").stat().st_mode & 0o077 == 0


def test_a_certificate_is_made_again_only_when_it_must_say_something_else(layout: Layout) -> None:
    file = layout.pki / "admin.crt"
    pki.ensure_certificate(layout, CLIENT)
    first = file.read_bytes()
    pki.ensure_certificate(layout, CLIENT)
    assert file.read_bytes() == first
    pki.ensure_certificate(layout, pki.Certificate("admin", "somebody-else"))
    assert file.read_bytes() != first


def test_a_kubeconfig_stands_alone(layout: Layout) -> None:
    pki.ensure_certificate(layout, CLIENT)
    pki.ensure_kubeconfigs(layout, "https://10.88.0.1:6443", ["admin"])
    written = json.loads(layout.kubeconfig("admin").read_text())
    assert written["clusters"][0]["cluster"]["server"] == "https://10.88.0.1:6443"
    assert str(layout.root) not in layout.kubeconfig("admin").read_text()


def test_service_account_keys_are_made_once(layout: Layout) -> None:
    pki.ensure_signing_key(layout)
    first = (layout.pki / "sa.pub").read_text()
    pki.ensure_signing_key(layout)
    assert (layout.pki / "sa.pub").read_text() == first
