import math

import numpy as np
import orjson

from dixi_runtime.wire import CLASSIFIED_GESTURES, GESTURES, encode


def test_the_gesture_names_are_those_that_the_rest_of_the_system_knows() -> None:
    assert len(CLASSIFIED_GESTURES) == 10
    assert {*CLASSIFIED_GESTURES, "unknown", "none", "grab", "wave", "double_tap", "point_both"} <= GESTURES
    assert len(GESTURES) == 42


def test_encoding_takes_arrays_and_never_writes_what_is_no_json() -> None:
    encoded = encode({"points": np.array([[0.5, 1.0]], np.float32), "bad": math.nan, "worse": math.inf})
    assert orjson.loads(encoded) == {"points": [[0.5, 1.0]], "bad": None, "worse": None}
