"""Long-running programs: steps shown, everything logged, failures explained."""

import sys
from pathlib import Path

import pytest

from hack.images.errors import ImageError
from hack.images.progress import run_logged

PROGRAM = "print('STEP 1/2: FROM scratch'); print('detail'); import os, sys; sys.exit(int(os.environ['CODE']))"


def test_steps_go_to_the_terminal_and_all_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "logs" / "build.log"
    run_logged([sys.executable, "-c", PROGRAM], log, "nothing to do", {"CODE": "0"})
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "  STEP 1/2: FROM scratch\n"
    assert log.read_text() == "STEP 1/2: FROM scratch\ndetail\n"


def test_a_failure_tells_the_last_words_the_remedy_and_the_log(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    with pytest.raises(ImageError) as caught:
        run_logged([sys.executable, "-c", PROGRAM], log, "try again", {"CODE": "3"})
    for part in ("status 3", "detail", "try again", str(log)):
        assert part in str(caught.value)
