"""The page about environment variables, from the settings classes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from dixi_operator.backup.settings import BackupSettings, S3Credentials
from dixi_operator.release.settings import CheckSettings, FarewellSettings
from dixi_operator.settings import OperatorSettings
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.settings import RuntimeSettings
from dixi_runtime.vision.settings import VisionSettings
from hack.reference.tables import code, render_table

HEAD = """# Settings

Environment variables of every program. In a cluster the chart and the operator set them. Made by `make generate`.

"""
SECTIONS: tuple[tuple[str, type[BaseSettings], type[BaseSettings] | None], ...] = (
    ("The operator", OperatorSettings, None),
    ("`dixi-operator backup`", BackupSettings, None),
    ("`dixi-operator backup` to S3", S3Credentials, None),
    ("`dixi-operator check`, which is `helm test`", CheckSettings, None),
    ("`dixi-operator uninstall`, which goes before `helm uninstall`", FarewellSettings, None),
    ("Every role of `dixi-runtime`", RuntimeSettings, None),
    ("`dixi-runtime vision`", VisionSettings, RuntimeSettings),
    ("`dixi-runtime backend`", BackendSettings, RuntimeSettings),
    ("`dixi-runtime frontend`", FrontendSettings, RuntimeSettings),
)


def render_settings() -> str:
    """One table a program; roles list only what they add."""
    page = HEAD
    for title, settings, base in SECTIONS:
        known = set(base.model_fields) if base else set()
        fields = {name: field for name, field in settings.model_fields.items() if name not in known}
        prefix = settings.model_config.get("env_prefix", "")
        rows = [_describe(name, field, prefix) for name, field in fields.items()]
        page += f"## {title}\n\n" + render_table(["variable", "default", "what it does"], rows) + "\n"
    return page


def _describe(name: str, field: FieldInfo, prefix: str) -> tuple[str, str, str]:
    default = field.get_default(call_default_factory=False)
    if isinstance(default, tuple):
        default = ",".join(str(item) for item in default)
    if isinstance(default, SecretStr) or field.is_required():
        default = ""
    names = " or ".join(code(variable) for variable in _name(name, field, prefix))
    return names, code(default), field.description or ""


def _name(name: str, field: FieldInfo, prefix: str) -> Iterator[str]:
    match field.validation_alias:
        case AliasChoices(choices=choices):
            yield from (str(choice) for choice in choices)
        case str(alias):
            yield alias
        case _:
            yield f"{prefix}{name}".upper()
