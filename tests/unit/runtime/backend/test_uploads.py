import pytest

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.uploads import FREE_BYTES, Uploads


def test_large_bodies_share_a_budget_and_give_it_back() -> None:
    uploads = Uploads(most_bytes=3 * FREE_BYTES)
    with uploads.open() as one, uploads.open() as two:
        one.hold(2 * FREE_BYTES)
        with pytest.raises(ApiError) as caught:
            two.hold(2 * FREE_BYTES)
        assert (caught.value.status, caught.value.headers["retry-after"]) == (503, "2")
    with uploads.open() as three:
        three.hold(3 * FREE_BYTES)


def test_a_small_body_is_always_taken() -> None:
    uploads = Uploads(most_bytes=0)
    with uploads.open() as upload:
        upload.hold(FREE_BYTES)


def test_a_body_that_grows_is_counted_once() -> None:
    uploads = Uploads(most_bytes=3 * FREE_BYTES)
    with uploads.open() as upload:
        for size in range(FREE_BYTES, 3 * FREE_BYTES + 1, FREE_BYTES // 2):
            upload.hold(size)
