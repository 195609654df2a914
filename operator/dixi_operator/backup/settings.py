"""What a backup job is told by its environment."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class S3Credentials(BaseSettings):
    """Keys of the object store, under the names every S3 tool reads."""

    model_config = SettingsConfigDict(env_prefix="AWS_", frozen=True, use_attribute_docstrings=True)

    access_key_id: str = ""
    """Access key; empty takes the credentials of the pod's cloud identity."""

    secret_access_key: SecretStr = SecretStr("")
    """Secret key."""

    session_token: SecretStr = SecretStr("")
    """Token of temporary credentials."""


class BackupSettings(BaseSettings):
    """Environment variables of a backup job, all prefixed with `DIXI_`."""

    model_config = SettingsConfigDict(env_prefix="DIXI_", frozen=True, use_attribute_docstrings=True)

    install: str = Field(min_length=1)
    """Name of the DixiInstall to back up."""

    namespace: str = Field(min_length=1)
    """Namespace whose ConfigMaps and Secrets are saved."""

    backend_url: str = Field(default="http://backend:3001", pattern=r"^https?://")
    """Gateway that is asked for the projection state."""

    backup_destination: str = "file:///backup"
    """`file:///folder` of a mounted volume, or `s3://bucket/prefix`."""

    backup_retention: int = Field(default=7, ge=1)
    """How many archives of this install are kept."""

    backup_recipients: str = ""
    """Comma-separated age or SSH public keys; the key in Secret `dixi-backup-key` is always added."""

    backup_s3_endpoint: str = Field(default="", pattern=r"^(https?://.+)?$")
    """URL of an S3-compatible store; empty for AWS."""

    backup_s3_region: str = "us-east-1"
    """Region that requests are signed for."""

    backup_s3_path_style: bool | None = None
    """Whether the bucket stands in the path or in the host name; unset, in the path wherever an endpoint is given."""

    backup_timeout_seconds: float = Field(default=30, gt=0)
    """How long one request to the gateway or the object store may take."""

    @field_validator("backup_destination")
    @classmethod
    def _check_destination(cls, value: str) -> str:
        url = urlsplit(value)
        is_folder = url.scheme == "file" and not url.netloc and url.path.startswith("/")
        if not is_folder and not (url.scheme == "s3" and url.netloc):
            raise ValueError("must be file:///folder or s3://bucket/prefix")
        return value

    @property
    def recipients(self) -> tuple[str, ...]:
        """The public keys, without blanks; the comment of an SSH key may have commas of its own."""
        keys = (key.strip(" ,") for key in re.split(r",\s*(?=age1|ssh-)", self.backup_recipients))
        return tuple(key for key in keys if key)

    @property
    def uses_path_style(self) -> bool:
        """Whether the bucket stands in the path, as most S3-compatible stores want; AWS wants it in the host name."""
        return bool(self.backup_s3_endpoint) if self.backup_s3_path_style is None else self.backup_s3_path_style
