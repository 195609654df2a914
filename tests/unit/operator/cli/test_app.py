from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
import yaml
from typer.testing import CliRunner, Result

from dixi_operator.backup.archive import ArchiveDetails, BackedUpInstall, pack_archive
from dixi_operator.backup.sealing import seal
from dixi_operator.cli.app import app
from dixi_operator.cli.exits import CliError
from dixi_operator.cli.fetch import choose_install
from tests.unit.operator.cli.installs import READY, WAITING

INSTALL = "apiVersion: dixi.io/v1alpha1\nkind: DixiInstall\nmetadata: {name: wall}\n"


def dixi(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, Path]:
    """A good archive and the file with its identity."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    details = ArchiveDetails(
        install=BackedUpInstall(name="wall", uid="4b2f", namespace="dixi", version="1.0.0"),
        time=datetime(2026, 11, 25, 12, tzinfo=UTC),
        recipients=(recipient,),
    )
    secrets = seal(b"kind: Secret\nmetadata: {name: dixi-secrets}\n", [recipient])
    file, key = tmp_path / "dixi-wall-20261125T120000Z.tar.gz", tmp_path / "identity.txt"
    file.write_bytes(
        pack_archive(details, {"install.yaml": b"", "projection.json": b"{}", "secrets.yaml.age": secrets})
    )
    key.write_text(f"# created by age-keygen\n{identity}\n")
    return file, key


def test_rendering_writes_every_object_but_the_secrets(tmp_path: Path) -> None:
    file = tmp_path / "dixi.yaml"
    file.write_text(INSTALL)
    result = dixi("render", file)
    assert result.exit_code == 0, result.output
    objects = [(item["kind"], item["metadata"]["name"]) for item in yaml.safe_load_all(result.stdout)]
    assert objects[0] == ("Namespace", "dixi")
    assert {("Deployment", "vision"), ("Deployment", "backend"), ("ConfigMap", "dixi-config")} <= set(objects)
    assert "Secret" not in {kind for kind, _ in objects}
    assert "left out Secret dixi-secrets" in result.stderr


def test_changes_of_pods_that_are_not_allowed_are_refused_before_anything_is_rendered() -> None:
    changed = INSTALL + "spec: {redis: {podTemplate: {spec: {hostPID: true}}}}\n"
    result = dixi("render", "-", text=changed)
    assert "spec.redis.podTemplate.spec.hostPID: it must be false" in result.stderr
    assert result.stdout == ""


def test_rendering_twice_gives_the_same_text() -> None:
    assert dixi("render", "-", text=INSTALL).stdout == dixi("render", "-", text=INSTALL).stdout


def test_secrets_are_rendered_on_demand_with_new_keys() -> None:
    first, second = (dixi("render", "-", "--secrets", text=INSTALL).stdout for _ in range(2))
    secrets = [item for item in yaml.safe_load_all(first) if item["kind"] == "Secret"]
    assert "dixi-secrets" in {item["metadata"]["name"] for item in secrets}
    assert first != second


def test_what_kubectl_writes_for_several_installs_is_rendered() -> None:
    document = yaml.safe_load(INSTALL)
    other = {**document, "metadata": {"name": "lobby"}, "spec": {"namespace": {"name": "lobby"}}}
    result = dixi("render", "-", text=yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [document, other]}))
    namespaces = [item["metadata"]["name"] for item in yaml.safe_load_all(result.stdout) if item["kind"] == "Namespace"]
    assert namespaces == ["dixi", "lobby"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{INSTALL}spec: {{vision: {{fps: 0}}}}", "spec.vision.fps: "),
        (f"{INSTALL}spec: {{visoin: {{}}}}", "spec.visoin: there is no such field"),
        (f"{INSTALL}spec: {{backend: {{autoscaling: {{minReplicas: 5, maxReplicas: 2}}}}}}", "5 is above 2"),
        ("kind: DixiInstall\napiVersion: dixi.io/v1alpha1\n", "metadata: this field is required"),
        ("kind: ConfigMap\napiVersion: v1\n", "holds a ConfigMap of v1; expected only DixiInstall"),
        ("- a\n- b\n", "holds a list; expected only DixiInstall"),
        ("a: [", "is not YAML: while parsing"),
        ("", "holds no DixiInstall"),
    ],
)
def test_a_document_that_cannot_be_rendered_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    result = dixi("render", "-", text=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    result = dixi("render", tmp_path / "absent.yaml")
    assert (result.exit_code, "absent.yaml cannot be read: No such file" in result.stderr) == (2, True)


def test_a_good_archive_is_described(archive: tuple[Path, Path]) -> None:
    result = dixi("backup", "verify", archive[0])
    assert result.exit_code == 0, result.output
    assert "wall (4b2f), version 1.0.0, namespace dixi" in result.stdout
    assert "not decrypted" in result.stdout


def test_with_the_identity_the_secrets_are_named_and_not_shown(archive: tuple[Path, Path]) -> None:
    result = dixi("backup", "verify", archive[0], "--identity", archive[1])
    assert result.exit_code == 0, result.output
    assert "secrets    dixi-secrets" in result.stdout


def test_a_damaged_archive_fails(archive: tuple[Path, Path]) -> None:
    archive[0].write_bytes(archive[0].read_bytes()[:-20])
    result = dixi("backup", "verify", archive[0])
    assert (result.exit_code, "not a readable gzip file" in result.stderr) == (1, True)


def test_the_wrong_identity_fails(archive: tuple[Path, Path]) -> None:
    archive[1].write_text(str(pyrage.x25519.Identity.generate()))
    result = dixi("backup", "verify", archive[0], "--identity", archive[1])
    assert (result.exit_code, "cannot be decrypted with this identity" in result.stderr) == (1, True)


@pytest.mark.parametrize("command", ["status", "explain", "events", "doctor", "report"])
def test_a_cluster_that_is_away_is_reported_in_a_sentence(command: str, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    cluster = {"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    document = {
        "clusters": [cluster],
        "contexts": [context],
        "current-context": "c",
        "users": [{"name": "u", "user": {}}],
    }
    kubeconfig.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **document}))
    result = dixi(command, "--kubeconfig", kubeconfig)
    assert (result.exit_code, "the cluster does not answer" in result.stderr) == (3, True), result.output
    result = dixi(command, "--kubeconfig", tmp_path / "absent")
    assert (result.exit_code, "no cluster to ask: no kubeconfig at" in result.stderr) == (3, True), result.output


def test_the_only_install_needs_no_name() -> None:
    assert choose_install([READY], None) is READY


def test_one_of_several_installs_must_be_named() -> None:
    other = {**WAITING, "metadata": {"name": "lobby"}}
    assert choose_install([READY, other], "lobby") is other
    with pytest.raises(CliError, match="say which DixiInstall is meant: the cluster has lobby, wall"):
        choose_install([READY, other], None)
    with pytest.raises(CliError, match="there is no DixiInstall called 'hall': the cluster has lobby, wall"):
        choose_install([READY, other], "hall")
    with pytest.raises(CliError, match="there is no DixiInstall: the cluster has none; apply one"):
        choose_install([], None)


def test_the_version_is_shown() -> None:
    assert dixi("version").stdout == "1.0.0\n"


def test_every_answer_is_there_in_json_too(archive: tuple[Path, Path]) -> None:
    assert json.loads(dixi("version", "-o", "json").stdout) == {"version": "1.0.0"}
    rendered = json.loads(dixi("render", "-", "-o", "json", text=INSTALL).stdout)
    assert (rendered["kind"], rendered["items"][0]["kind"]) == ("List", "Namespace")
    verified = json.loads(dixi("backup", "verify", archive[0], "--identity", archive[1], "-o", "json").stdout)
    assert (verified["install"]["name"], verified["secrets"]) == ("wall", ["dixi-secrets"])


def test_a_file_that_is_refused_is_refused_before_any_cluster_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(f"{INSTALL}spec: {{vision: {{fps: 0}}}}")
    result = dixi("diff", file, "--kubeconfig", tmp_path / "absent")
    assert (result.exit_code, "spec.vision.fps: " in result.stderr) == (2, True)


def test_a_span_that_is_none_is_refused() -> None:
    result = dixi("reconcile", "wall", "--timeout", "soon")
    assert (result.exit_code, "is no span of time" in result.stderr) == (2, True)
