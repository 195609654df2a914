"""The command line: results on standard output, sentences on standard error."""

import pytest

from hack.images.cli import main


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["archive", "dixi-vision"], "there is no image 'dixi-vision'"),
        (["build", "dixi-redis:6.0"], "that is localhost/dixi-redis:7.0.15"),
    ],
)
def test_a_bad_name_ends_with_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
