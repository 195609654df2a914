"""Where the API server is, and how to prove who asks.

A pod reads its service account itself: an address and two files
(https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api). Kubeconfigs,
with all that they can hold, are left to the official library, which is not in the operator's image: installed, it
would be imported by kopf and cost 21 MiB of memory.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from dixi_operator.errors import ConnectionLostError, NoClusterError

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TOKEN_SECONDS = 60.0


async def _no_token() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One API server and one caller.

    ``host`` is a URL without a trailing slash, ``context`` the TLS settings for https. The files are those that
    ``context`` was made from, for a client that makes its own. ``read_token`` gives the bearer token of the moment,
    empty when certificates speak for the caller.
    """

    host: str
    context: ssl.SSLContext | None = None
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    read_token: Callable[[], Awaitable[str]] = _no_token


class ServiceAccountToken:
    """The token of a pod, which the kubelet replaces in its file long before it runs out."""

    def __init__(self, file: Path, clock: Callable[[], float] = monotonic) -> None:
        self._file = file
        self._clock = clock
        self._token = ""
        self._until = float("-inf")

    async def read(self) -> str:
        """The token, read anew once a minute.

        Raises :class:`ConnectionLostError` when the file cannot be read.
        """
        if self._clock() >= self._until:
            self._token = (await asyncio.to_thread(_read_file, self._file)).strip()
            self._until = self._clock() + TOKEN_SECONDS
        return self._token


async def find_credentials(kubeconfig: str | None = None, context: str | None = None) -> Credentials:
    """Find them as kubectl would: ``kubeconfig``, else ``KUBECONFIG``, else the pod's account, else ``~/.kube/config``.

    Raises :class:`NoClusterError` when none of them names a cluster.
    """
    explicit = kubeconfig or os.environ.get("KUBECONFIG")
    if explicit is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        return read_service_account(os.environ, ACCOUNT)
    path = Path(explicit) if explicit else Path.home() / ".kube" / "config"
    if not await asyncio.to_thread(path.is_file):
        raise NoClusterError(f"no kubeconfig at {path}; set KUBECONFIG or pass --kubeconfig")
    return await read_kubeconfig(path, context)


def read_service_account(environment: Mapping[str, str], folder: Path) -> Credentials:
    """The credentials of the pod's service account, whose files are in ``folder``."""
    host, port = environment["KUBERNETES_SERVICE_HOST"], environment.get("KUBERNETES_SERVICE_PORT", "443")
    ca_file = folder / "ca.crt"
    try:
        trust = ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise NoClusterError(f"{ca_file} cannot be used: {error}; does the pod mount its service account?") from error
    return Credentials(
        host=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
        context=trust,
        ca_file=str(ca_file),
        read_token=ServiceAccountToken(folder / "token").read,
    )


async def read_kubeconfig(path: Path, context: str | None) -> Credentials:
    """The credentials of a kubeconfig's context, its current one unless named."""
    try:
        from kubernetes.aio import config
        from kubernetes.aio.client import ApiClient, Configuration
    except ImportError as error:
        sentence = f"reading {path} needs the extra kubeconfig: pip install dixi-kubernetes[kubeconfig]"
        raise NoClusterError(sentence) from error
    configuration = Configuration()
    try:
        await config.load_kube_config(str(path), context=context, client_configuration=configuration)
    except config.ConfigException as error:
        raise NoClusterError(f"{path}: {error}") from error

    async def read_token() -> str:
        bearer = await configuration.get_api_key_with_prefix("BearerToken")
        return bearer.split(" ", 1)[-1] if bearer else ""

    async with ApiClient(configuration) as api:
        trust = api.rest_client.ssl_context
    return Credentials(
        host=configuration.host,
        context=trust if configuration.host.startswith("https:") else None,
        ca_file=configuration.ssl_ca_cert,
        certificate_file=configuration.cert_file,
        key_file=configuration.key_file,
        verify=configuration.verify_ssl,
        read_token=read_token,
    )


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConnectionLostError(f"{path} cannot be read: {error}; does the pod mount its service account?") from error
