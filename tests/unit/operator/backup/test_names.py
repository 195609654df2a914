from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.backup.names import name_archive, name_partial, parse_name, parse_names, parse_partial

install_names = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True)
times = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2999, 1, 1),
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


def test_a_name_says_the_install_and_the_second_in_utc() -> None:
    time = datetime(2026, 11, 25, 1, 42, 7, 999, tzinfo=timezone(timedelta(hours=1)))
    assert str(name_archive("wall", time)) == "dixi-wall-20261125T004207Z.tar.gz"


@given(install_names, times)
def test_reading_a_name_gives_what_it_was_made_of(install: str, time: datetime) -> None:
    name = name_archive(install, time)
    assert parse_name(str(name)) == name
    assert parse_partial(name_partial(str(name))) == name
    assert parse_partial(str(name)) is None
    assert parse_name(name_partial(str(name))) is None


@given(st.text())
def test_any_text_is_a_name_or_is_not(text: str) -> None:
    name = parse_name(text)
    assert name is None or str(name) == text


def test_an_install_whose_name_begins_like_another_keeps_its_own_archives() -> None:
    parsed = parse_names(["dixi-a-20261125T000000Z.tar.gz", "dixi-a-b-20261125T000000Z.tar.gz", "notes.txt"])
    assert [name.install for name in parsed] == ["a", "a-b"]


def test_a_day_that_does_not_exist_is_no_name() -> None:
    assert parse_name("dixi-wall-20260231T000000Z.tar.gz") is None


def test_names_sort_by_time() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert name_archive("z", early) < name_archive("a", late)
