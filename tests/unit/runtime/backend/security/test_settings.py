from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dixi_runtime.backend.settings import BackendSettings


def read(**given: object) -> BackendSettings:
    return BackendSettings.model_validate(given)


def test_secrets_are_read_from_files_and_a_variable_wins(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    settings = read(jwt_secret_file=file, admin_api_key_file=file, admin_api_key="given")
    assert settings.jwt_secret.get_secret_value() == "from-file"
    assert settings.admin_api_key.get_secret_value() == "given"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"admin_api_key": "admin-key-change-in-production"}, "ADMIN_API_KEY is the well-known placeholder"),
        ({"api_key_protects": "everything"}, "API_KEY_PROTECTS=everything needs API_KEY"),
        ({"token_seconds": 7200, "token_most_seconds": 3600}, "TOKEN_SECONDS is above TOKEN_MOST_SECONDS"),
        ({"jwt_secret_file": "/no/such/file"}, "JWT_SECRET_FILE /no/such/file cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read(**given)


def test_no_secret_is_shown(tmp_path: Path) -> None:
    shown = repr(read(api_key="hidden-1", jwt_secret="hidden-2", admin_api_key="hidden-3"))
    assert "hidden" not in shown
