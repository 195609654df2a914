"""A pod reads its service account; everybody else a kubeconfig."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest
import yaml

from dixi_operator.cluster.credentials import (
    ServiceAccountToken,
    find_credentials,
    read_kubeconfig,
    read_service_account,
)
from dixi_operator.errors import ConnectionLostError, NoClusterError

POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"}


@pytest.fixture
def account(tmp_path: Path) -> Path:
    (tmp_path / "ca.crt").write_bytes(Path(certifi.where()).read_bytes())
    (tmp_path / "token").write_text("first\n")
    return tmp_path


async def test_a_pod_needs_an_address_and_two_files(account: Path) -> None:
    credentials = read_service_account(POD, account)
    assert credentials.host == "https://10.0.0.1:6443"
    assert credentials.context is not None
    assert credentials.context.verify_mode is ssl.CERT_REQUIRED
    assert await credentials.read_token() == "first"


def test_an_address_of_ipv6_is_bracketed(account: Path) -> None:
    environment = {"KUBERNETES_SERVICE_HOST": "fd00::1"}
    assert read_service_account(environment, account).host == "https://[fd00::1]:443"


async def test_a_token_that_was_replaced_is_read_again_after_a_minute(account: Path) -> None:
    seconds = [0.0]
    token = ServiceAccountToken(account / "token", lambda: seconds[0])
    assert await token.read() == "first"
    (account / "token").write_text("second")
    seconds[0] = 59.9
    assert await token.read() == "first"
    seconds[0] = 60.0
    assert await token.read() == "second"


async def test_files_that_are_missing_are_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoClusterError, match=r"ca\.crt cannot be used: .*does the pod mount its service account\?"):
        read_service_account(POD, tmp_path)
    with pytest.raises(ConnectionLostError, match="token cannot be read"):
        await ServiceAccountToken(tmp_path / "token").read()


async def test_a_kubeconfig_gives_address_and_token(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "here",
                "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:8080"}}],
                "users": [{"name": "u", "user": {"token": "secret"}}],
            }
        )
    )
    credentials = await read_kubeconfig(file, None)
    assert credentials.host == "http://127.0.0.1:8080"
    assert credentials.context is None
    assert await credentials.read_token() == "secret"
    with pytest.raises(NoClusterError, match="elsewhere"):
        await read_kubeconfig(file, "elsewhere")


async def test_a_kubeconfig_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoClusterError, match=f"no kubeconfig at {tmp_path / 'none'}; set KUBECONFIG"):
        await find_credentials(str(tmp_path / "none"))
