import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dixi_runtime.backend.projection.homography import CORNERS, Quad, check_quad, homography

QUAD = {"topLeft": (0.2, 0.1), "topRight": (0.9, 0.2), "bottomRight": (0.8, 0.9), "bottomLeft": (0.1, 0.8)}

share = st.floats(0, 1)
quads = st.fixed_dictionaries({name: st.tuples(share, share) for name in CORNERS})


def project(matrix: list[list[float]], point: tuple[float, float]) -> np.ndarray:
    x, y, w = np.array(matrix) @ np.array([*point, 1.0])
    return np.array([x / w, y / w])


def test_the_whole_camera_is_the_identity() -> None:
    assert np.allclose(homography(CORNERS), np.eye(3))


@given(quads)
@example({"topLeft": (1.0, 0.0), "topRight": (0.5, 0.0), "bottomRight": (0.0, 0.5), "bottomLeft": (0.0, 1.0)})
def test_every_quad_that_passes_is_mapped_onto_the_corners(quad: Quad) -> None:
    if check_quad(quad) is None:
        matrix = homography(quad)
        for name, corner in CORNERS.items():
            assert np.allclose(project(matrix, quad[name]), corner, atol=1e-6)


def test_a_mirrored_quad_is_fine() -> None:
    assert check_quad({name: (1 - x, y) for name, (x, y) in QUAD.items()}) is None


@pytest.mark.parametrize("corner", CORNERS)
def test_two_corners_in_one_place_are_degenerate(corner: str) -> None:
    other = next(name for name in CORNERS if name != corner)
    assert "degenerate" in (check_quad({**QUAD, corner: QUAD[other]}) or "")


def test_three_corners_on_a_line_are_degenerate() -> None:
    assert "degenerate" in (check_quad({**QUAD, "topRight": (0.5, 0.5), "bottomLeft": (0.5, 0.5)}) or "")
    assert "degenerate" in (check_quad({**CORNERS, "bottomRight": (0.5, 0.5)}) or "")


def test_a_concave_or_crossed_quad_is_refused() -> None:
    assert "convex" in (check_quad({**CORNERS, "bottomRight": (0.3, 0.3)}) or "")
    crossed = {**QUAD, "topRight": QUAD["bottomRight"], "bottomRight": QUAD["topRight"]}
    assert "convex" in (check_quad(crossed) or "")
