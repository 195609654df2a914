from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dixi_runtime.vision.bench.film import Film, make_film
from dixi_runtime.vision.errors import SourceError


def test_a_film_shows_its_images_in_a_loop() -> None:
    images = [np.full((2, 4, 3), value, np.uint8) for value in (1, 2, 3)]
    film = Film("three", images)
    shown = [film.read(0.0).image[0, 0, 0] for _ in range(7)]
    assert shown == [1, 2, 3, 1, 2, 3, 1]
    assert film.size == "4x2"


def test_a_film_is_made_of_the_first_frames_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    assert cv2.imwrite(str(path), np.full((8, 16, 3), 90, np.uint8))
    film = make_film(str(path), 5)
    assert film.mebibytes == pytest.approx(5 * 8 * 16 * 3 / 2**20)
    assert (film.read(0.0).image == 90).all()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        make_film(f"file:{tmp_path / 'nowhere.mp4'}")
