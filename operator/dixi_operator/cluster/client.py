"""Requests to the API server: JSON in, JSON out, errors as types.

The requests go straight to aiohttp, because the official library's dynamic client was slower at server-side applies
(docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.credentials import Credentials, find_credentials
from dixi_operator.cluster.kinds import Kind
from dixi_operator.cluster.metrics import API_REQUESTS, API_SECONDS
from dixi_operator.errors import ApiError, ConnectionLostError

PAGE_SIZE = 500
MOST_CONNECTIONS = 40  # a quarter of a megabyte each, for TLS; a watch of each kind holds one
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON = "application/json"
METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
PRECONDITION_FAILED = "Precondition failed"  # of the uid: k8s.io/apiserver, pkg/registry/rest/delete.go
LONGEST_LINE = 4 * 2**20  # a watch event is one line, and etcd takes objects of up to 1.5 MiB
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)
BROKEN = (aiohttp.ClientError, TimeoutError, ConnectionError)


class Page(NamedTuple):
    """Some items of a list, and the resourceVersion of the whole list."""

    items: list[Manifest]
    version: str


class Client:
    """One connection pool to one API server.

    Every method raises :class:`ApiError` for an answer other than success and :class:`ConnectionLostError` when no
    answer came.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ssl=credentials.context or True)
        # Asked once: aiohttp itself would read the environment and a netrc file anew for every request.
        self._session = aiohttp.ClientSession(
            connector=connector, proxy=find_proxy(credentials.host), read_bufsize=LONGEST_LINE
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> Manifest:
        """Read one object or list."""
        return await self._send("GET", path, query=query, accept=accept)

    async def read_text(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Read what is text and no object, such as a log."""
        return (await self._exchange("GET", path, query=query, accept="*/*")).decode(errors="replace")

    async def find(self, path: str, *, metadata_only: bool = False) -> Manifest | None:
        """Read one object, or only its metadata, or None when it does not exist."""
        try:
            return await self.get(path, accept=METADATA_ONLY if metadata_only else JSON)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def list(
        self, kind: Kind, namespace: str | None = None, *, selector: str = "", metadata_only: bool = False
    ) -> tuple[list[Manifest], str]:
        """Read a whole collection; returns the items and the resourceVersion of the list.

        Items of a list carry no apiVersion and kind, so they are filled in. With ``metadata_only`` each item has
        nothing else but its metadata.
        """
        items: list[Manifest] = []
        version = ""
        async for page in self.pages(kind, namespace, selector=selector, metadata_only=metadata_only):
            items += page.items
            version = page.version
        return items, version

    async def pages(
        self, kind: Kind, namespace: str | None = None, *, selector: str = "", metadata_only: bool = False
    ) -> AsyncIterator[Page]:
        """Read a collection page after page; see :meth:`list`."""
        query = {"limit": str(PAGE_SIZE)}
        if selector:
            query["labelSelector"] = selector
        while True:
            page = await self.get(kind.path(namespace), query, METADATA_LIST if metadata_only else JSON)
            metadata = page.get("metadata", {})
            items = [{**item, "apiVersion": kind.api_version, "kind": kind.name} for item in page.get("items") or ()]
            yield Page(items, metadata.get("resourceVersion", ""))
            if not metadata.get("continue"):
                return
            query["continue"] = metadata["continue"]

    async def apply(self, path: str, manifest: Manifest, *, manager: str, dry_run: bool = False) -> Manifest:
        """Server-side apply; fields of other managers that ``manifest`` names are taken over.

        With ``dry_run`` nothing is stored, and the answer is what would have been.
        https://kubernetes.io/docs/reference/using-api/server-side-apply/
        """
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        return await self._send("PATCH", path, query=query, body=manifest, content_type=APPLY)

    async def create(self, path: str, manifest: Manifest, *, manager: str) -> Manifest:
        """Create an object in the collection at ``path``; 409 AlreadyExists when there is one of that name."""
        return await self._send("POST", path, query={"fieldManager": manager}, body=manifest)

    async def merge(self, path: str, patch: Manifest, *, manager: str) -> Manifest:
        """JSON merge patch (RFC 7386)."""
        return await self._send("PATCH", path, query={"fieldManager": manager}, body=patch, content_type=MERGE)

    async def delete(self, path: str, uid: str | None = None) -> None:
        """Delete an object in the background; one that is gone, or is another object by now, is left alone."""
        options: Manifest = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        try:
            await self._send("DELETE", path, body=options)
        except ApiError as error:
            replaced = error.status == 409 and PRECONDITION_FAILED in error.message
            if error.status != 404 and not replaced:
                raise

    @asynccontextmanager
    async def watch(
        self,
        kind: Kind,
        *,
        selector: str,
        resource_version: str,
        seconds: int,
        silence: float,
        metadata_only: bool = False,
    ) -> AsyncIterator[AsyncIterator[Manifest]]:
        """Watch a collection of all namespaces, with bookmarks.

        The server ends the watch after ``seconds``; when nothing at all arrives for ``silence`` seconds the
        connection counts as lost.
        """
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        if selector:
            query["labelSelector"] = selector
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=silence)
        accept = METADATA_ONLY if metadata_only else JSON
        async with self._open("GET", kind.path(), query=query, accept=accept, timeout=timeout) as response:
            yield _read_lines(response)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Manifest | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> Manifest:
        text = await self._exchange(method, path, query=query, body=body, content_type=content_type, accept=accept)
        try:
            answer: Manifest = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise ConnectionLostError(f"the answer to {method} {path} is no JSON: {error}") from error
        return answer

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Manifest | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> bytes:
        async with self._open(
            method, path, query=query, body=body, content_type=content_type, accept=accept, timeout=REQUEST_TIMEOUT
        ) as response:
            try:
                return await response.read()
            except BROKEN as error:
                raise ConnectionLostError(f"the answer to {method} {path} broke off: {error!r}") from error

    @asynccontextmanager
    async def _open(
        self,
        method: str,
        path: str,
        *,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own kind of time-out
        query: Mapping[str, str] | None = None,
        body: Manifest | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Accept": accept, "Content-Type": content_type, "User-Agent": FIELD_MANAGER}
        data = orjson.dumps(body) if body is not None else None
        if token := await self.credentials.read_token():
            headers["Authorization"] = f"Bearer {token}"
        started = monotonic()
        try:
            response = await self._session.request(
                method, self.credentials.host + path, params=query, data=data, headers=headers, timeout=timeout
            )
        except BROKEN as error:
            API_REQUESTS.labels(method, "none").inc()
            raise ConnectionLostError(f"no answer to {method} {path}: {error!r}") from error
        async with response:
            API_REQUESTS.labels(method, str(response.status)).inc()
            API_SECONDS.labels(method).observe(monotonic() - started)
            if response.status >= 400:
                raise await _read_error(response)
            yield response


async def _read_lines(response: aiohttp.ClientResponse) -> AsyncIterator[Manifest]:
    try:
        async for line in response.content:
            yield orjson.loads(line)
    except (*BROKEN, ValueError) as error:
        # ValueError: a line that is no JSON, or is longer than any object can be.
        raise ConnectionLostError(f"the watch of {response.url.path} broke off: {error!r}") from error


async def _read_error(response: aiohttp.ClientResponse) -> ApiError:
    try:
        text = await response.read()
    except BROKEN as error:
        return ApiError(response.status, response.reason or "Unknown", f"the error's text broke off: {error!r}")
    retry_after = response.headers.get("Retry-After", "")
    seconds = float(retry_after) if retry_after.isdigit() else None
    try:
        status: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        status = None
    if not isinstance(status, dict):
        message = text.decode(errors="replace")[:500]
        return ApiError(response.status, response.reason or "Unknown", message, retry_after=seconds)
    causes = [
        f"{cause.get('field', '')}: {cause.get('message', '')}"
        for cause in (status.get("details") or {}).get("causes") or ()
    ]
    return ApiError(
        response.status,
        status.get("reason") or response.reason or "Unknown",
        status.get("message", ""),
        causes=causes,
        retry_after=seconds,
    )


def find_proxy(host: str) -> str | None:
    """The proxy for requests to the URL ``host``, as ``HTTPS_PROXY`` and ``NO_PROXY`` in the environment say."""
    url = urlsplit(host)
    return None if proxy_bypass(url.netloc) else getproxies().get(url.scheme)


async def connect(kubeconfig: str | None = None, context: str | None = None) -> Client:
    """Connect as kubectl would; see :func:`find_credentials`, which raises :class:`NoClusterError`."""
    return Client(await find_credentials(kubeconfig, context))
