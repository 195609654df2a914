"""The order in which the face's points are gathered."""

from hack.models.face import IRIS_POINTS, LEFT_LID, MESH_POINTS, RIGHT_LID, gather_indices

POINTS = MESH_POINTS + 2 * IRIS_POINTS


def test_every_point_has_three_numbers_and_all_lie_within_the_joined_tensor() -> None:
    indices = gather_indices()
    assert len(indices) == POINTS * 3
    assert set(indices) == set(range(MESH_POINTS * 3 + 2 * IRIS_POINTS * 2))


def test_the_mesh_keeps_its_order() -> None:
    assert gather_indices()[: MESH_POINTS * 3] == list(range(MESH_POINTS * 3))


def test_an_iris_point_takes_its_depth_from_the_lid_above_it() -> None:
    irises = gather_indices()[MESH_POINTS * 3 :]
    assert set(irises[2 : IRIS_POINTS * 3 : 3]) == {LEFT_LID * 3 + 2}
    assert set(irises[IRIS_POINTS * 3 + 2 :: 3]) == {RIGHT_LID * 3 + 2}
