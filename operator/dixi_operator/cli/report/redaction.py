"""Takes secrets out of what is shown to others.

Values of Secrets are known, and go wherever they turn up; what only looks like a secret goes, too. Losing a harmless
value costs a question, keeping a secret costs the secret.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from dixi_operator.api.types import Manifest

REDACTED = "<redacted>"
SHORTEST_VALUE = 6
"""Characters; shorter values of Secrets, such as ``true``, would turn up everywhere by chance."""

DROPPED_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
"""Holds whole objects as text, Secrets included."""

_WORDS = r"(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential)"
_TELLING_NAME = re.compile(_WORDS, re.IGNORECASE)
_PATTERNS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), REDACTED),
    (re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]+", re.IGNORECASE), REDACTED),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"), REDACTED),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{REDACTED}@"),
    (
        re.compile(rf"""([\w.-]*{_WORDS}[\w.-]*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"'<]+)""", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
)


class Redactor:
    """Redacts texts and objects; ``values`` are secrets that are known."""

    def __init__(self, values: Iterable[str]) -> None:
        # The longest first, since one value may hold another.
        known = sorted({value for value in values if len(value) >= SHORTEST_VALUE}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def redact_known(self, text: str) -> str:
        """The text without the secrets that are known."""
        return text if self._known is None else self._known.sub(REDACTED, text)

    def redact_text(self, text: str) -> str:
        """The text without secrets, known or not; for logs and sentences, not for what is YAML or JSON as a whole."""
        text = self.redact_known(text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def redact_value(self, value: Any) -> Any:
        """A JSON value, in every text of which secrets are redacted."""
        match value:
            case str():
                return self.redact_text(value)
            case {"name": str(name), "value": str()} if is_telling(name):
                return {**value, "value": REDACTED}
            case dict():
                return {key: self.redact_value(below) for key, below in value.items()}
            case list() | tuple():
                return [self.redact_value(below) for below in value]
        return value

    def redact_manifest(self, manifest: Manifest) -> Manifest:
        """An object without secrets; a Secret keeps its keys, and the lengths of its values."""
        metadata = {key: value for key, value in manifest.get("metadata", {}).items() if key != "managedFields"}
        annotations = {
            key: value for key, value in (metadata.get("annotations") or {}).items() if key != DROPPED_ANNOTATION
        }
        if "annotations" in metadata:
            metadata["annotations"] = annotations
        head: Manifest = {key: manifest[key] for key in ("apiVersion", "kind") if key in manifest}
        shown = {**head, "metadata": metadata, **{key: manifest[key] for key in manifest if key != "metadata"}}
        if manifest.get("kind") == "Secret":
            for part in ("data", "stringData"):
                if part in shown:
                    shown[part] = {key: _measure(value) for key, value in (shown[part] or {}).items()}
        if manifest.get("kind") == "ConfigMap" and shown.get("data"):
            shown["data"] = {key: REDACTED if is_telling(key) else value for key, value in shown["data"].items()}
        redacted: Manifest = self.redact_value(shown)
        return redacted


def is_telling(name: str) -> bool:
    """Whether a variable or key of that name is likely to hold a secret."""
    return _TELLING_NAME.search(name) is not None


def list_values(secrets: Iterable[Manifest]) -> Iterator[str]:
    """Every value of Secrets, as it is stored and decoded; of JSON, such as logins for registries, each text in it."""
    for secret in secrets:
        for value in (secret.get("data") or {}).values():
            yield value
            try:
                text = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeError):
                continue
            yield text
            if text.startswith("{"):
                yield from _list_texts(text)


def _list_texts(text: str) -> Iterator[str]:
    try:
        waiting = [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return
    while waiting:
        match waiting.pop():
            case str(found):
                yield found
            case dict(below):
                waiting += below.values()
            case list(below):
                waiting += below


def _measure(value: str) -> str:
    return f"<redacted, {len(value)} characters as stored>"
