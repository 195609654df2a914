"""The command lines for Docker and for buildah."""

from pathlib import Path

import pytest

from hack.images.engine import Engine, build_command, export_command

REFERENCE = "localhost/dixi-runtime:1.0.0"


@pytest.mark.parametrize("engine", list(Engine))
def test_a_build_names_the_file_the_tag_the_arguments_the_secrets_and_last_the_context(engine: Engine) -> None:
    command = build_command(
        engine,
        REFERENCE,
        Path("/src/Dockerfile"),
        Path("/src"),
        {"PYTHON_IMAGE": "base:1"},
        {"ca.crt": Path("/ca.pem")},
    )
    assert command[0] == engine.value
    assert command[command.index("--file") + 1] == "/src/Dockerfile"
    assert command[command.index("--tag") + 1] == REFERENCE
    assert command[command.index("--build-arg") + 1] == "PYTHON_IMAGE=base:1"
    assert command[command.index("--secret") + 1] == "id=ca.crt,src=/ca.pem"
    assert command[-1] == "/src"


def test_buildah_needs_no_container_runtime_and_keeps_its_layers() -> None:
    command = build_command(Engine.BUILDAH, REFERENCE, Path("/Dockerfile"), Path("/src"), {}, {})
    assert command[command.index("--isolation") + 1] == "chroot"
    assert "--layers" in command
    assert "--secret" not in command


def test_both_engines_write_an_archive_under_the_same_reference() -> None:
    archive = Path("/cache/runtime.tar")
    assert export_command(Engine.DOCKER, REFERENCE, archive) == ["docker", "save", "--output", str(archive), REFERENCE]
    assert export_command(Engine.BUILDAH, REFERENCE, archive)[-1] == f"docker-archive:{archive}:{REFERENCE}"
