from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.backup.names import ArchiveName, name_archive, name_partial
from dixi_operator.backup.retention import choose_abandoned, choose_expired

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

archives = st.builds(
    lambda install, hours: name_archive(install, NOW + timedelta(hours=hours)),
    st.sampled_from(["wall", "wall-2", "lobby"]),
    st.integers(-200, 200),
)


def at(hours: int, install: str = "wall") -> ArchiveName:
    return name_archive(install, NOW + timedelta(hours=hours))


def test_the_oldest_go_first() -> None:
    names = [at(-1), at(-3), at(-2), at(0)]
    assert choose_expired(names, newest=at(0), keep=2) == [at(-3), at(-2)]


def test_nothing_goes_while_there_is_room() -> None:
    assert choose_expired([at(-1), at(0)], newest=at(0), keep=7) == []


def test_what_was_just_written_stays_though_a_fast_clock_dated_others_later() -> None:
    assert choose_expired([at(0), at(50), at(60)], newest=at(0), keep=1) == [at(50), at(60)]


def test_keeping_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        choose_expired([], newest=at(0), keep=0)


@given(st.lists(archives, max_size=40), archives, st.integers(1, 10))
def test_retention_keeps_the_newest_of_this_install_and_all_of_others(
    names: list[ArchiveName], newest: ArchiveName, keep: int
) -> None:
    present = {*names, newest}
    expired = choose_expired(names, newest=newest, keep=keep)
    left = present - set(expired)
    own = {name for name in present if name.install == newest.install}
    assert newest in left
    assert present - own <= left
    assert len(left & own) == min(keep, len(own))
    assert all(old < kept for old in expired for kept in (left & own) - {newest})
    assert choose_expired(left, newest=newest, keep=keep) == []


def test_only_unfinished_files_that_no_job_still_writes_are_abandoned() -> None:
    running, killed, foreign = (name_partial(str(name)) for name in (at(-23), at(-25), at(-99, "lobby")))
    names = [running, killed, foreign, str(at(-200)), "lost+found"]
    assert choose_abandoned(names, newest=at(0)) == [killed]
