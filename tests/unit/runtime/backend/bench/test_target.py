import pytest

from dixi_runtime.backend.bench.target import parse_target


def test_a_url_is_taken_apart() -> None:
    target = parse_target("ws://localhost:3002/any?token=x")
    assert (target.host, target.port, target.path) == ("localhost", 3002, "/any?token=x")
    assert parse_target("http://[::1]", "/api/health").head("GET", accept="a") == (
        b"GET /api/health HTTP/1.1\r\nhost: [::1]:80\r\naccept: a\r\n\r\n"
    )


@pytest.mark.parametrize("url", ["https://localhost", "localhost:3001", "", "http://"])
def test_what_cannot_be_measured_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="cannot be measured: expected http:// or ws://"):
        parse_target(url)
