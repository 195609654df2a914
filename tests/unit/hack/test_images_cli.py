"""The command line: results on standard output, sentences on standard error."""

from pathlib import Path

import pytest
from hack.images.cli import main
from hack.images.scratch import render_dockerfile


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["archive", "dixi-vision"], "there is no image 'dixi-vision'"),
        (["build", "dixi-redis:6.0"], "that is localhost/dixi-redis:7.0.15"),
        (["scratch", "dixi-pause", "/bin/true"], "is not NAME:VERSION"),
        (["scratch", "dixi-pause:1", "/nowhere/pause"], "build the program first"),
    ],
)
def test_a_bad_name_ends_with_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err


def test_an_image_of_one_program_runs_it_as_nobody(tmp_path: Path) -> None:
    assert render_dockerfile("pause").splitlines() == [
        "FROM scratch",
        "COPY pause /pause",
        "USER 65534:65534",
        'ENTRYPOINT ["/pause"]',
    ]
