from __future__ import annotations

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.security.tokens import Tokens

NOW = 1_800_000_000.0


def test_a_token_holds_until_its_time_and_no_longer() -> None:
    tokens = Tokens("secret")
    token = tokens.issue("view", NOW, 60, "a")
    assert tokens.scope(token, NOW) == "view"
    assert tokens.scope(token, NOW + 59) == "view"
    assert tokens.scope(token, NOW + 60) is None


def test_a_token_of_another_secret_is_none_of_ours() -> None:
    assert Tokens("secret").scope(Tokens("another").issue("control", NOW, 60, "a"), NOW) is None


@pytest.mark.parametrize("scope", ["view", "control"])
def test_a_token_allows_what_it_was_issued_for(scope: str) -> None:
    tokens = Tokens("secret")
    assert tokens.scope(tokens.issue("control" if scope == "control" else "view", NOW, 60, "a"), NOW) == scope


def test_an_unsigned_token_is_refused() -> None:
    claims = {"iss": "dixi-backend", "scope": "control", "iat": int(NOW), "exp": int(NOW) + 60}
    assert Tokens("secret").scope(jwt.encode(claims, None, algorithm="none"), NOW) is None


@pytest.mark.parametrize(
    "change", [{"exp": None}, {"exp": "soon"}, {"iss": "somebody"}, {"scope": "admin"}, {"iat": None}]
)
def test_a_token_whose_claims_are_not_ours_is_refused(change: dict[str, object]) -> None:
    tokens = Tokens("secret")
    claims = {"iss": "dixi-backend", "scope": "control", "iat": int(NOW), "exp": int(NOW) + 60, **change}
    kept = {name: value for name, value in claims.items() if value is not None}
    assert tokens.scope(jwt.encode(kept, tokens._key, algorithm="HS256"), NOW) is None


@given(st.text(max_size=200))
def test_any_text_is_no_token(text: str) -> None:
    assert Tokens("secret").scope(text, NOW) is None


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_token_is_no_token(place: int, change: int) -> None:
    tokens = Tokens("secret")
    token = bytearray(tokens.issue("view", NOW, 60, "a").encode())
    at = place % (len(token) - 1)
    before = token[at]
    token[at] = (before + change) % 256
    found = tokens.scope(token.decode("latin-1"), NOW)
    assert found is None or token[at] == before


def test_a_token_longer_than_any_of_ours_is_not_even_looked_at() -> None:
    assert Tokens("secret").scope("a." * 5000, NOW) is None
