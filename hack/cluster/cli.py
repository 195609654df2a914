"""The command line: python hack/cluster up|down|status|load|gpus|kubeconfig|bin|install-binaries."""

import argparse
import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hack.cluster import binaries, fake, gpus, images, kind, kubectl, processes, real
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout, default_fake_root, default_root, read_json


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit status, and shows an error as one message."""
    options = parser().parse_args(arguments)
    try:
        run: int = options.run(options)
    except ClusterError as error:
        print(f"hack/cluster: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hack/cluster: interrupted; the same command goes on where this one stopped", file=sys.stderr)
        return 130
    return run


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python hack/cluster", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument(
            "--dir", type=Path, help="state folder (default: DIXI_CLUSTER_DIR, else /var/lib/dixi-cluster for root)"
        )
        added.set_defaults(run=run)
        return added

    up = command("up", _up, "start the cluster, or what is missing of it")
    up.add_argument("--fake", type=_count, metavar="N", help="only a control plane, with N fake nodes; needs no root")
    up.add_argument("--port", type=int, help="API server port of a fake cluster (default: a free one)")
    down = command("down", _down, "remove the cluster; built programs and loaded images stay")
    down.add_argument("--all", action="store_true", help="remove loaded images too")
    command("status", _status, "show each process and node")
    load = command("load", _load, "load images into the node")
    load.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="oci-archive or docker-archive file, or a name that buildah (or Docker) knows",
    )
    offer = command("gpus", _gpus, "have the node offer devices, none of which computes, through a device plugin")
    offer.add_argument("count", type=_count_or_none, metavar="COUNT", help="how many; 0 takes them back")
    offer.add_argument("--resource", default=gpus.NVIDIA, help="their name (default: %(default)s)")
    command("kubeconfig", _kubeconfig, "print the path of the admin's kubeconfig")
    program = command("bin", _bin, "print the path of a built program, or of their folder")
    program.add_argument("program", nargs="?")
    install = command("install-binaries", _install, "build the programs from their pinned Go modules")
    install.add_argument(
        "--with",
        dest="extra",
        nargs="+",
        default=[],
        metavar="MODULE",
        help="optional ones too: ollama, versitygw, kind, gpu-plugin",
    )
    install.add_argument("--only", nargs="+", default=[], metavar="MODULE", help="just these modules")
    return top


def _up(options: argparse.Namespace) -> int:
    started = time.monotonic()
    layout = _layout(options, default_fake_root() if options.fake is not None else default_root())

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    wanted = "fake" if options.fake is not None else "kind" if kind.docker_answers() else "real"
    if wanted == "real":
        real.require_root()
    with _locked(layout):
        existing = _kind_of(layout)
        if existing not in (None, wanted):
            raise ClusterError(f"{layout.root} holds a {existing} cluster; take it down, or choose another --dir")
        if wanted == "fake":
            fake.up(layout, options.fake, options.port, say)
        elif wanted == "kind":
            kind.up(layout, say)
        else:
            real.up(layout, say)
    say("up")
    print(f"export KUBECONFIG={layout.kubeconfig('admin')}")
    return 0


def _down(options: argparse.Namespace) -> int:
    started = time.monotonic()
    layout = _layout(options)
    existing = _kind_of(layout)
    # In the usual place, even a cluster whose state folder is lost can be swept from the machine.
    if existing is None and (layout.root != default_root() or os.geteuid() != 0):
        print(f"no cluster in {layout.root}")
        return 0
    with _locked(layout):
        if existing == "fake":
            fake.down(layout)
        elif existing == "kind":
            kind.down(layout)
        else:
            real.down(layout, everything=options.all)
    print(f"{time.monotonic() - started:6.1f} s  down")
    return 0


def _status(options: argparse.Namespace) -> int:
    layout = _layout(options)
    existing = _kind_of(layout)
    if existing is None:
        print(f"no cluster in {layout.root}")
        return 1
    print(f"{existing} cluster in {layout.root}")
    states = {name: processes.state(layout, name) for name in processes.names(layout)}
    for name, state in states.items():
        running = f"pid {state.child}" if state.child else "not running"
        print(f"  {name:24} {running}, started {state.starts} times, log {layout.log(name)}")
    nodes = (kubectl.get(layout, "nodes") or {"items": []})["items"]
    for node in nodes:
        print(f"  node {node['metadata']['name']:19} Ready {kubectl.condition(node, 'Ready')}")
    return 0 if nodes and all(state.child for state in states.values()) else 1


def _load(options: argparse.Namespace) -> int:
    layout = _layout(options)
    existing = _kind_of(layout)
    if existing not in ("real", "kind"):
        raise ClusterError(f"no cluster with real nodes in {layout.root}; start one with: python hack/cluster up")
    with _locked(layout):
        for wanted in options.images:
            print(images.load(layout, wanted) if existing == "real" else kind.load(wanted), flush=True)
    return 0


def _gpus(options: argparse.Namespace) -> int:
    layout = _layout(options)
    if _kind_of(layout) != "real":
        raise ClusterError(f"no cluster with a real node in {layout.root}; start one with: python hack/cluster up")
    with _locked(layout):
        gpus.offer(layout, options.count, options.resource)
    print(f"the node offers {options.count} {options.resource}")
    return 0


def _kubeconfig(options: argparse.Namespace) -> int:
    layout = _layout(options)
    path = layout.kubeconfig("admin")
    if not path.exists():
        raise ClusterError(f"no cluster in {layout.root}; start one with: python hack/cluster up")
    print(path)
    return 0


def _bin(options: argparse.Namespace) -> int:
    if options.program is None:
        print(binaries.folder())
        return 0
    built = binaries.folder() / options.program
    on_path = shutil.which(options.program)
    print(built if built.exists() or on_path is None else on_path)
    return 0 if built.exists() or on_path is not None else 1


def _install(options: argparse.Namespace) -> int:
    started = time.monotonic()
    binaries.install(binaries.select(options.only, options.extra))
    print(f"programs are in {binaries.folder()} ({time.monotonic() - started:.0f} s)")
    return 0


def _count_or_none(text: str) -> int:
    """A number of devices, from an argument."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of devices")
    return int(text)


def _count(text: str) -> int:
    """A number of nodes, from an argument."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of nodes; at least 1 is needed")
    return int(text)


def _layout(options: argparse.Namespace, default: Path | None = None) -> Layout:
    return Layout(options.dir.resolve() if options.dir else default or default_root())


def _kind_of(layout: Layout) -> str | None:
    """real, fake or kind; None where there is no cluster."""
    description = read_json(layout.description)
    return str(description["kind"]) if description else None


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    """One command at a time a state folder; a second one waits."""
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        lock = layout.lock.open("w")
    except PermissionError as error:
        raise ClusterError(
            f"cannot write to {layout.root} ({error.strerror}); run as root, or choose another --dir"
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
