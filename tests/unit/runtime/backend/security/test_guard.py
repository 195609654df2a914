from __future__ import annotations

import pytest

from dixi_runtime.backend.security.credentials import Credentials
from dixi_runtime.backend.security.guard import Guard, Need
from dixi_runtime.backend.security.keys import Key
from dixi_runtime.backend.security.settings import Protects
from dixi_runtime.backend.security.tokens import Tokens

NOW = 1_800_000_000.0
TOKENS = Tokens("secret")


def guard(protects: Protects = "changes", key: str = "key") -> Guard:
    return Guard(Key(key), TOKENS, protects)


@pytest.mark.parametrize(
    ("protects", "method", "path", "need"),
    [
        ("changes", "POST", "/api/ai/infer", "control"),
        ("changes", "DELETE", "/api/projection/scene/a", "control"),
        ("changes", "BREW", "/api/tracking", "control"),
        ("changes", "GET", "/api/tracking", "nothing"),
        ("changes", "HEAD", "/api/tracking", "nothing"),
        ("everything", "GET", "/api/tracking", "view"),
        ("everything", "POST", "/api/tracking/process", "control"),
        ("nothing", "POST", "/api/ai/infer", "nothing"),
        ("everything", "GET", "/api/health/ready", "nothing"),
        ("everything", "GET", "/health", "nothing"),
        ("everything", "GET", "/metrics", "nothing"),
        ("everything", "OPTIONS", "/api/tracking", "nothing"),
        ("everything", "GET", "/healthy", "view"),
        ("everything", "POST", "/api/auth/token", "nothing"),
        ("everything", "PUT", "/api/admin/config", "nothing"),
    ],
)
def test_what_a_request_needs(protects: Protects, method: str, path: str, need: Need) -> None:
    assert guard(protects).need(method, path) == need


def test_without_a_key_nothing_is_asked_for() -> None:
    assert guard("changes", key="").need("POST", "/api/ai/infer") == "nothing"
    assert guard("everything", key="").need_of_socket() == "nothing"


@pytest.mark.parametrize("place", ["header", "bearer", "query", "cookie"])
@pytest.mark.parametrize("need", ["view", "control"])
def test_the_key_opens_everything_wherever_it_is_given(place: str, need: Need) -> None:
    assert guard().allows(need, Credentials(**{place: "key"}), NOW)
    assert not guard().allows(need, Credentials(**{place: "kex"}), NOW)
    assert not guard().allows(need, Credentials(**{place: "schlüssel\udcff"}), NOW)


def test_a_token_opens_what_it_was_issued_for() -> None:
    view, control = (Credentials(bearer=TOKENS.issue(scope, NOW, 60, "a")) for scope in ("view", "control"))
    assert guard().allows("view", view, NOW)
    assert not guard().allows("control", view, NOW)
    assert guard().allows("control", control, NOW)
    assert guard().allows("view", control, NOW)
    assert not guard().allows("view", control, NOW + 60)


def test_without_a_secret_no_token_opens_anything() -> None:
    token = TOKENS.issue("control", NOW, 60, "a")
    assert not Guard(Key("key"), None, "changes").allows("control", Credentials(bearer=token), NOW)


def test_an_empty_key_matches_nothing() -> None:
    assert not Key("").matches("")
