"""What an image build takes over from this machine's pip."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hack.images.pip_settings import CA_IN_BUILD, SETTINGS, find_ca, read_settings, render_pip_conf

LISTING = """\
:env:.cert='/etc/ssl/certs/ca-certificates.crt'
:env:.default-timeout='180'
:env:.find-links='/opt/wheels'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://global.example/simple'
install.index-url='https://install.example/simple'
freeze.timeout='10'
"""


def test_the_index_and_the_timeout_are_taken_and_local_paths_are_not() -> None:
    assert read_settings(LISTING) == {
        "extra-index-url": "https://one.example/simple\nhttps://two.example/simple",
        "index-url": "https://install.example/simple",
        "timeout": "180",
    }


def test_the_environment_goes_over_the_files() -> None:
    environment = ":env:.index-url='https://env.example/simple'\n"
    assert read_settings(environment + LISTING)["index-url"] == "https://env.example/simple"
    assert read_settings(LISTING + environment)["index-url"] == "https://env.example/simple"


def test_a_list_of_indexes_becomes_one_line() -> None:
    conf = render_pip_conf(read_settings(LISTING), ca=False)
    assert "extra-index-url = https://one.example/simple https://two.example/simple\n" in conf
    assert "cert" not in conf


def test_the_authorities_are_named_where_the_build_mounts_them() -> None:
    assert render_pip_conf({}, ca=True) == f"[global]\ncert = {CA_IN_BUILD}\n"


@given(listing=st.text())
def test_any_listing_gives_known_settings_only(listing: str) -> None:
    assert set(read_settings(listing)) <= set(SETTINGS)


def test_the_first_variable_that_names_a_file_gives_the_authorities(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert find_ca({"PIP_CERT": str(tmp_path / "absent.pem"), "SSL_CERT_FILE": str(bundle)}) == bundle
    assert find_ca({"HOME": "/root"}) is None
