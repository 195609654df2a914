"""What the operator process is told by its environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OperatorSettings(BaseSettings):
    """Environment variables of the operator, all prefixed with `DIXI_`."""

    model_config = SettingsConfigDict(env_prefix="DIXI_", frozen=True, use_attribute_docstrings=True)

    namespace: str = "dixi-system"
    """Namespace the operator runs in; its Lease lives there and its pods may reach the gateways."""

    pod_name: str = "local"
    """Name under which this replica takes the Lease and reports Events."""

    log_level: str = "info"
    """Least severe level that is logged: debug, info, warning or error."""

    workers: int = Field(default=16, ge=1, le=256)
    """How many installs are reconciled at once."""

    resync_seconds: float = Field(default=600, ge=5)
    """Period after which a healthy install is looked at again although nothing was seen to change."""

    http_port: int = Field(default=8080, ge=0, le=65535)
    """Port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one."""

    leader_election: bool = True
    """Whether replicas agree on one leader through a Lease; off only for a single process on a desk."""

    watch_silence_seconds: float = Field(default=75, ge=1)
    """How long a watch may be silent before its connection counts as lost; a bookmark comes about once a minute."""

    sweep_seconds: float = Field(default=60, ge=1)
    """Period in which the installs are listed, to find those whose change no watch has told of."""

    watch_stale_seconds: float = Field(default=180, ge=10)
    """Age of the newest sign of life of a watch at which `/healthz` fails."""

    probe_url: str = "http://backend.{namespace}.svc:3001/api/health/ready"
    """Where a request goes that decides whether an install is Ready; `{namespace}` is filled in."""

    probe_timeout_seconds: float = Field(default=3, gt=0)
    """How long that request may take."""

    vision_url: str = "http://{address}:5001/metrics"
    """Where a pod of vision that may have a GPU is asked what it computes on; `{address}` is filled in. Empty: none is
    asked."""

    backend_url: str = "http://{address}:3001/metrics"
    """Where a pod of a scaled gateway is asked how many clients it has; `{address}` is filled in. Empty: none is
    asked."""

    image_operator: str = "dixi-operator:{version}"
    """Image of backup jobs; `{version}` is the install's version."""

    image_runtime: str = "dixi-runtime:{version}"
    """Image of vision, backend and frontend; `{version}` is the install's version."""

    image_redis: str = "docker.io/library/redis:7.2.7"
    """Image of Redis."""

    image_ollama: str = "docker.io/ollama/ollama:0.17.4"
    """Image of Ollama."""

    image_pull_policy: str = "IfNotPresent"
    """Pull policy of every container of an install."""

    image_pull_secrets: str = ""
    """Comma-separated names of pull Secrets in the install's namespace."""

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Names of the pull Secrets, without blanks."""
        return tuple(name.strip() for name in self.image_pull_secrets.split(",") if name.strip())
