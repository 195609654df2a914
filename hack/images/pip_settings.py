"""The pip configuration of this machine, as far as an image build needs it: where the index is and whom to trust."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")
# `timeout` is spelled so on the command line; in the environment and in files it has this name too.
ALIASES = {"default-timeout": "timeout"}
CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CA_IN_BUILD = "/run/secrets/ca.crt"


def read_settings(listing: str) -> dict[str, str]:
    """The settings in the output of `pip config list`, whose lines read `global.index-url='...'`.

    As in pip, a command's section goes over [global] and the environment over both.
    """
    ranks = {"global": 0, "download": 1, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for section, name, value in re.findall(r"^([\w:]+)\.([\w-]+)=(.*)$", listing, re.MULTILINE):
        setting = ALIASES.get(name.lstrip("."), name)
        rank = ranks.get(section, -1)
        if setting in SETTINGS and rank >= found.get(setting, (0, ""))[0]:
            found[setting] = (rank, str(ast.literal_eval(value)))
    return {setting: value for setting, (_, value) in found.items()}


def find_ca(environment: Mapping[str, str]) -> Path | None:
    """The certificate authorities that this machine's tools are told to use, None where they use their own."""
    for variable in CA_VARIABLES:
        path = environment.get(variable)
        if path and Path(path).is_file():
            return Path(path)
    return None


def render_pip_conf(settings: Mapping[str, str], ca: bool) -> str:
    """A pip.conf for the build; with `ca` it names the mounted authorities."""
    lines = [f"{name} = {' '.join(value.split())}" for name, value in sorted(settings.items())]
    if ca:
        lines.append(f"cert = {CA_IN_BUILD}")
    return "".join(f"{line}\n" for line in ["[global]", *lines])
