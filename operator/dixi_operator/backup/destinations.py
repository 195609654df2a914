"""Where archives are kept: a folder of a volume, or a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.names import name_partial
from dixi_operator.backup.settings import BackupSettings, S3Credentials

if TYPE_CHECKING:
    from obstore.store import S3Config


class Destination(Protocol):
    """A flat collection of named archives; every failure is a BackupError."""

    def write(self, name: str, content: bytes) -> None:
        """Store ``content`` under ``name``: wholly, or not at all."""

    def read(self, name: str) -> bytes:
        """Give what is stored under ``name``."""

    def list_names(self) -> list[str]:
        """Give the names of everything stored."""

    def delete(self, name: str) -> None:
        """Remove ``name``."""

    def locate(self, name: str) -> str:
        """Give the URL of ``name``, for people."""


@dataclass(frozen=True)
class Volume:
    """A folder on a mounted volume; archives are readable by their owner alone."""

    folder: Path

    def write(self, name: str, content: bytes) -> None:
        partial = self.folder / name_partial(name)
        with _explain_os_error("written", self.folder / name):
            try:
                descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(self.folder / name)
            finally:
                partial.unlink(missing_ok=True)
            self._flush_folder()

    def read(self, name: str) -> bytes:
        with _explain_os_error("read", self.folder / name):
            return (self.folder / name).read_bytes()

    def list_names(self) -> list[str]:
        with _explain_os_error("listed", self.folder):
            return [entry.name for entry in self.folder.iterdir() if entry.is_file()]

    def delete(self, name: str) -> None:
        with _explain_os_error("deleted", self.folder / name):
            (self.folder / name).unlink(missing_ok=True)

    def locate(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def _flush_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True)
class Bucket:
    """A prefix of an S3 bucket."""

    store: S3Store
    url: str
    """``s3://bucket/prefix``, without a slash at its end."""

    def write(self, name: str, content: bytes) -> None:
        with self._explain_store_error("written", name):
            obstore.put(self.store, name, content)

    def read(self, name: str) -> bytes:
        with self._explain_store_error("read", name):
            return bytes(obstore.get(self.store, name).bytes())

    def list_names(self) -> list[str]:
        with self._explain_store_error("listed", ""):
            return [entry["path"] for entry in obstore.list_with_delimiter(self.store)["objects"]]

    def delete(self, name: str) -> None:
        with self._explain_store_error("deleted", name):
            obstore.delete(self.store, name)

    def locate(self, name: str) -> str:
        return f"{self.url}/{name}"

    @contextmanager
    def _explain_store_error(self, verb: str, name: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            reason = " ".join(str(error).split("\n\nDebug source:")[0].split())
            raise BackupError(f"{self.locate(name)} could not be {verb}: {reason}") from error


def open_destination(settings: BackupSettings, credentials: S3Credentials) -> Destination:
    """Open the place that ``settings.backup_destination`` names."""
    url = urlsplit(settings.backup_destination)
    if url.scheme == "file":
        return Volume(Path(unquote(url.path)))
    return Bucket(_open_bucket(settings, credentials), settings.backup_destination.rstrip("/"))


def _open_bucket(settings: BackupSettings, credentials: S3Credentials) -> S3Store:
    url = urlsplit(settings.backup_destination)
    config: S3Config = {
        "region": settings.backup_s3_region,
        "virtual_hosted_style_request": not settings.uses_path_style,
    }
    if settings.backup_s3_endpoint:
        config["endpoint"] = settings.backup_s3_endpoint
    if credentials.access_key_id:
        config["access_key_id"] = credentials.access_key_id
        config["secret_access_key"] = credentials.secret_access_key.get_secret_value()
    if token := credentials.session_token.get_secret_value():
        config["session_token"] = token
    timeout = timedelta(seconds=settings.backup_timeout_seconds)
    return S3Store(
        url.netloc,
        prefix=url.path.strip("/") or None,
        config=config,
        client_options={"timeout": timeout, "allow_http": settings.backup_s3_endpoint.startswith("http://")},
        # The job itself is retried by Kubernetes, so a dead store should be reported soon.
        retry_config={"max_retries": 3, "retry_timeout": timeout},
    )


@contextmanager
def _explain_os_error(verb: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{path} could not be {verb}: {error.strerror}. Is the volume mounted, writable?") from error
