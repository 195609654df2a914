"""What every builder is given."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_operator.api.install import DixiInstall, InstallSpec
from dixi_operator.facts import Facts
from dixi_operator.settings import OperatorSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """References of images; in the operator's own choice ``{version}`` stands for the install's version."""

    operator: str
    runtime: str
    redis: str
    ollama: str
    pull_policy: str = "IfNotPresent"
    pull_secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """Random values for objects that are created once and never rewritten."""

    api_key: str
    jwt_secret: str
    redis_password: str
    backup_identity: str
    """A private age key."""

    backup_recipient: str
    """The public key of ``backup_identity``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One install, in one cluster, at one moment."""

    install: DixiInstall
    facts: Facts
    images: Images
    minted: Minted

    @property
    def spec(self) -> InstallSpec:
        """The specification of the install."""
        return self.install.spec

    @property
    def namespace(self) -> str:
        """The namespace that everything goes into."""
        return self.install.namespace


def read_images(settings: OperatorSettings) -> Images:
    """The images that the operator takes where an install names none."""
    return Images(
        operator=settings.image_operator,
        runtime=settings.image_runtime,
        redis=settings.image_redis,
        ollama=settings.image_ollama,
        pull_policy=settings.image_pull_policy,
        pull_secrets=settings.pull_secrets,
    )


def resolve_images(spec: InstallSpec, defaults: Images) -> Images:
    """The images of an install: its own choice first, then the operator's for its version."""
    chosen, version = spec.images, spec.version
    return Images(
        operator=chosen.operator or defaults.operator.format(version=version),
        runtime=chosen.runtime or defaults.runtime.format(version=version),
        redis=chosen.redis or defaults.redis.format(version=version),
        ollama=chosen.ollama or defaults.ollama.format(version=version),
        pull_policy=chosen.pull_policy.value if chosen.pull_policy else defaults.pull_policy,
        pull_secrets=chosen.pull_secrets or defaults.pull_secrets,
    )
