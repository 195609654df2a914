"""Debian packages that the node needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hack.cluster.commands import found, run
from hack.cluster.errors import ClusterError

NODE: Mapping[str, str] = {
    "containerd": "containerd",
    "runc": "runc",
    "ctr": "containerd",
    "iptables-save": "iptables",
    "ipset": "ipset",
    "conntrack": "conntrack",
    "ebtables": "ebtables",
    "socat": "socat",
    "nft": "nftables",
    "ip": "iproute2",
    "openssl": "openssl",
    "mount": "mount",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "/usr/lib/cni/portmap": "containernetworking-plugins",
}
"""Program (or file) -> the package that brings it."""

FAKE: Mapping[str, str] = {"openssl": "openssl"}

POLICY = Path("/usr/sbin/policy-rc.d")


def install(needed: Mapping[str, str], euid: int) -> None:
    """Installs the packages of what is missing; ClusterError where that takes root or apt and there is none."""
    missing = sorted({package for program, package in needed.items() if not _present(program)})
    if not missing:
        return
    if euid != 0 or not found("apt-get"):
        raise ClusterError(f"these Debian packages are needed: {' '.join(missing)}; install them and try again")
    print(f"installing {' '.join(missing)}", flush=True)
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]
    with _services_stay_off():
        run([*apt, "update"], environment=environment, timeout=600)
        run([*apt, "install", "-y", "--no-install-recommends", *missing], environment=environment, timeout=1200)


def _present(program: str) -> bool:
    return Path(program).exists() if program.startswith("/") else found(program)


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian starts a package's services unless this file says no; the cluster runs a containerd of its own."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
