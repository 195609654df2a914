"""Lists of digests, as sha256sum(1) writes and reads them."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hack.models.checksums import differing, digest_of, read_checksums, render_checksums

DIGESTS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,20}\.task", fullmatch=True), st.binary().map(lambda data: hashlib.sha256(data).hexdigest())
)


@given(digests=DIGESTS)
def test_a_list_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, digests: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("list") / "SHA256SUMS"
    path.write_text(render_checksums(digests), encoding="utf-8")
    assert read_checksums(path) == digests


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"weights")
    assert digest_of(path) == hashlib.sha256(b"weights").hexdigest()


def test_missing_and_damaged_files_differ_and_whole_ones_do_not(tmp_path: Path) -> None:
    expected = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("whole", "damaged", "missing")}
    (tmp_path / "whole").write_bytes(b"whole")
    (tmp_path / "damaged").write_bytes(b"dam")
    assert differing(expected, tmp_path, expected) == ["damaged", "missing"]
