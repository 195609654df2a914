from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from pydantic import ValidationError

from dixi_runtime.backend.limits.settings import LimitSettings


def read(**given: object) -> LimitSettings:
    return LimitSettings.model_validate(given)


def test_the_limits_are_those_of_the_existing_backend() -> None:
    settings = read()
    assert (str(settings.api_limit), str(settings.ai_limit)) == ("100/900", "30/60")
    assert (str(settings.vision_limit), str(settings.gesture_limit)) == ("10/60", "10/60")
    assert str(settings.ingest_limit) == "200/1"


def test_a_limit_is_requests_in_seconds() -> None:
    assert read(api_limit=" 200/900 ").api_limit == (200, 900)


@pytest.mark.parametrize("given", ["200", "200/", "200/0", "-1/60", "many/60", "1/2/3", ""])
def test_what_is_no_limit_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="expected REQUESTS/SECONDS"):
        read(api_limit=given)


def test_proxies_are_networks() -> None:
    assert read(trusted_proxies="10.0.0.0/8, fd00::/8").trusted_proxies == (
        ip_network("10.0.0.0/8"),
        ip_network("fd00::/8"),
    )
    assert read(trusted_proxies="").believed_proxies == ()
    with pytest.raises(ValidationError, match="does not appear to be an IPv4 or IPv6 network"):
        read(trusted_proxies="proxy.example")


@pytest.mark.parametrize(
    ("profile", "believed"),
    [("", {"127.0.0.1"}), ("container", {"127.0.0.1", "10.244.0.7", "192.168.1.2", "fd00::1"})],
)
def test_a_pod_believes_the_pods_beside_it_and_no_address_of_the_internet(profile: str, believed: set[str]) -> None:
    networks = read(profile=profile).believed_proxies
    addresses = {"127.0.0.1", "10.244.0.7", "192.168.1.2", "fd00::1", "203.0.113.5", "2001:db8::1"}
    assert {address for address in addresses if any(ip_address(address) in net for net in networks)} == believed
