"""Every verb of dixi against a real API server, as text and as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from dixi_operator.cli.app import app
from tests.support.fake import DEV, Api
from tests.support.processes import eventually

pytestmark = pytest.mark.usefixtures("operator")
BIN = Path(sys.executable).parent
NAME = NAMESPACE = "cli-wall"
SPEC = {**DEV, "namespace": {"name": NAMESPACE}}


class Cli:
    """The program dixi with the rights of a kubeconfig."""

    def __init__(self, kubeconfig: str, kubectl: str) -> None:
        self.kubectl = kubectl
        self._kubeconfig = kubeconfig

    def run(self, *words: str, stdin: str | None = None) -> Result:
        """Run dixi in this process, which saves the start of a Python; whatever comes of it."""
        answer = CliRunner().invoke(app, list(words), input=stdin, env={"KUBECONFIG": self._kubeconfig})
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exc_info
        return answer

    def text(self, *words: str, status: int = 0, stdin: str | None = None) -> str:
        """What dixi writes; it must end with ``status``."""
        answer = self.run(*words, stdin=stdin)
        assert answer.exit_code == status, (answer.stdout, answer.stderr)
        return answer.stdout

    def json(self, *words: str, status: int = 0, stdin: str | None = None) -> Any:
        """The same with ``-o json``, read."""
        return json.loads(self.text(*words, "-o", "json", status=status, stdin=stdin))

    def environment(self, **more: str) -> dict[str, str]:
        """In which the installed program dixi, and kubectl-dixi, are found."""
        return {**os.environ, "KUBECONFIG": self._kubeconfig, "PATH": f"{BIN}:{os.environ['PATH']}", **more}

    def launch(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run an installed program, whatever comes of it."""
        return subprocess.run(command, env=self.environment(**environment), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def install(api: Api) -> Iterator[Api]:
    api.apply(NAME, SPEC)
    api.await_ready(NAME)
    yield api
    api.remove(NAME, NAMESPACE)


@pytest.fixture
def cli(install: Api) -> Cli:
    return Cli(install.kubeconfig, install.kubectl_path)


def write_install(spec: dict[str, Any], name: str = NAME) -> str:
    """A DixiInstall as YAML."""
    document = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": name}, "spec": spec}
    return yaml.safe_dump(document)


def by_object(trial: Any) -> dict[str, Any]:
    """The objects of the only install of a diff, by kind and name."""
    (only,) = trial["installs"]
    return {item["object"]: item for item in only["objects"]}


def read_versions(api: Api) -> dict[str, str]:
    items = api.read("deployments,configmaps,services,networkpolicies,secrets", "-n", NAMESPACE)["items"]
    return {f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["resourceVersion"] for item in items}


def test_at_rest_nothing_differs(cli: Cli) -> None:
    assert "0 created, 0 changed," in cli.text("diff", NAME)
    trial = cli.json("diff", NAME)
    assert (trial["differs"], {item["change"] for item in by_object(trial).values()}) == (False, {"unchanged"})
    assert cli.json("diff", "-", stdin=write_install(SPEC))["differs"] is False


def test_a_changed_file_is_tried_field_by_field_and_nothing_is_stored(cli: Cli, install: Api, tmp_path: Path) -> None:
    file = tmp_path / "wall.yaml"
    file.write_text(write_install({**SPEC, "config": {"logLevel": "debug"}}))
    before = read_versions(install)
    text = cli.text("diff", str(file), status=1)
    assert "~ ConfigMap cli-wall/dixi-config changed" in text
    assert "-  LOG_LEVEL: info" in text
    assert "+  LOG_LEVEL: debug" in text
    trial = cli.json("diff", str(file), status=1)
    objects = by_object(trial)
    assert objects["ConfigMap cli-wall/dixi-config"]["change"] == "changed"
    assert objects["Service cli-wall/backend"]["change"] == "unchanged"
    assert not any("managedFields" in line or "resourceVersion" in line for line in str(trial).split())
    assert read_versions(install) == before


def test_what_a_file_no_longer_wants_would_be_pruned_and_what_it_adds_created(cli: Cli) -> None:
    spec = {**SPEC, "networkPolicy": {"enabled": False}, "ollama": {"storage": {"ephemeral": True}}}
    objects = by_object(cli.json("diff", "-", status=1, stdin=write_install(spec)))
    assert objects["NetworkPolicy cli-wall/default-deny"]["change"] == "pruned"
    assert objects["Deployment cli-wall/ollama"]["change"] == "created"


def test_a_new_install_is_shown_whole_without_its_keys(cli: Cli, install: Api) -> None:
    document = write_install({**SPEC, "namespace": {"name": "cli-new"}}, "cli-new")
    objects = by_object(cli.json("diff", "-", status=1, stdin=document))
    assert {item["change"] for item in objects.values()} == {"created"}
    lines = objects["Secret cli-new/dixi-secrets"]["diff"]
    assert any(line.startswith("+  api-key: digest ") for line in lines)
    assert install.read("namespace", "cli-new") is None


def test_a_change_by_hand_is_a_difference_while_the_install_is_suspended(cli: Cli, install: Api) -> None:
    cli.text("suspend", NAME)
    install.await_reason(NAME, "Suspended")
    install.kubectl("patch", "configmap", "dixi-config", "-n", NAMESPACE, '-p={"data":{"LOG_LEVEL":"error"}}')
    text = cli.text("diff", NAME, status=1)
    assert "-  LOG_LEVEL: error" in text
    assert "nothing happens until dixi resume cli-wall" in text
    cli.text("resume", NAME)
    install.await_ready(NAME)
    after = json.loads(cli.run("diff", NAME, "-o", "json").stdout)
    assert [item for item in by_object(after).values() if item["change"] != "unchanged"] == []


def test_what_has_to_be_deleted_and_made_anew_is_told_beforehand(cli: Cli, install: Api) -> None:
    cli.text("suspend", NAME)
    install.await_reason(NAME, "Suspended")
    service = install.read("service", "frontend", "-n", NAMESPACE)
    headless = {
        **service,
        "metadata": {key: service["metadata"][key] for key in ("name", "namespace", "labels")},
        "spec": {"clusterIP": "None", "ports": [{"port": 80}]},
    }
    install.kubectl("delete", "service", "frontend", "-n", NAMESPACE)
    install.kubectl("create", "-f", "-", stdin=json.dumps(headless))
    text = cli.text("diff", NAME, status=1)
    assert "* Service cli-wall/frontend recreated" in text
    assert "1 recreated" in text
    cli.text("resume", NAME)
    install.await_ready(NAME)
    assert cli.json("diff", NAME)["differs"] is False


def test_what_others_have_made_is_listed_before_it_is_adopted_or_refused(cli: Cli, install: Api) -> None:
    namespace = "cli-adopt"
    install.kubectl("create", "namespace", namespace)
    install.kubectl("create", "configmap", "dixi-config", "-n", namespace, "--from-literal=LOG_LEVEL=warn")
    install.kubectl("create", "deployment", "redis", "-n", namespace, "--image=other/redis")
    document = write_install({**SPEC, "namespace": {"name": namespace}}, "cli-adopt")
    (blocked,) = cli.json("diff", "-", status=1, stdin=document)["installs"]
    assert "namespace cli-adopt exists and is not ours" in blocked["blocked"][0]
    document = write_install({**SPEC, "namespace": {"name": namespace, "adopt": True}}, "cli-adopt")
    objects = by_object(cli.json("diff", "-", status=1, stdin=document))
    assert objects["Namespace cli-adopt"]["adopted"]
    config = objects["ConfigMap cli-adopt/dixi-config"]
    assert (config["adopted"], config["managers"]) == (True, ["kubectl-create"])
    assert objects["Deployment cli-adopt/redis"]["change"] == "refused"
    assert "immutable" in objects["Deployment cli-adopt/redis"]["message"]
    assert "would be adopted: ConfigMap cli-adopt/dixi-config, written by kubectl-create" in cli.text(
        "diff", "-", status=1, stdin=document
    )
    install.kubectl("delete", "namespace", namespace, "--wait=false")


def test_a_name_that_is_not_there_is_refused_with_those_that_are(cli: Cli) -> None:
    answer = cli.run("diff", "cli-nobody")
    assert (answer.exit_code, "there is no DixiInstall called 'cli-nobody'" in answer.stderr) == (2, True)
    for verb in ("suspend", "resume", "reconcile"):
        answer = cli.run(verb, "cli-nobody")
        assert (answer.exit_code, "there is no DixiInstall called 'cli-nobody'" in answer.stderr) == (2, True)


def test_the_status_is_a_tree(cli: Cli) -> None:
    text = cli.text("status", NAME)
    assert text.splitlines()[0] == "DixiInstall cli-wall (version 1.0.0, profile dev, namespace cli-wall)"
    for words in ("+ Ready=True", "+ backend 1/1", "4 Deployment", "Applied generation", "endpoint http://"):
        assert words in text
    status = cli.json("status", NAME)
    assert (status["name"], status["status"]["components"][0]["readyReplicas"]) == (NAME, 1)


def test_several_installs_are_a_table(cli: Cli, install: Api) -> None:
    install.apply("cli-hall", {**SPEC, "namespace": {"name": "cli-hall"}, "suspend": True})
    install.await_reason("cli-hall", "Suspended")
    lines = cli.text("status").splitlines()
    assert lines[0].split()[:4] == ["NAME", "NAMESPACE", "VERSION", "READY"]
    assert ["cli-hall", "cli-hall", "1.0.0", "Unknown", "Suspended"] in [line.split()[:5] for line in lines]
    found = {item["name"]: item["ready"] for item in cli.json("status", "--all")["installs"]}
    assert (found[NAME], found["cli-hall"]) == ("True", "Unknown")
    answer = cli.run("events")
    assert (answer.exit_code, "say which DixiInstall is meant" in answer.stderr) == (2, True)
    install.kubectl("delete", "dixi", "cli-hall", "--wait=true")


def test_drift_that_was_put_back_is_seen_in_status_and_events(cli: Cli, install: Api) -> None:
    install.kubectl("patch", "service", "backend", "-n", NAMESPACE, '-p={"spec":{"sessionAffinity":"ClientIP"}}')
    install.kubectl("label", "deployment", "frontend", "-n", NAMESPACE, "app.kubernetes.io/part-of-")
    found = eventually(lambda: cli.json("status", NAME)["drifts"], seconds=20, what="the drift in the status")
    assert found[0]["reason"] == "DriftRepaired"
    assert "DriftRepaired: " in cli.text("status", NAME)


def test_events_come_newest_last_and_are_of_the_install_and_its_namespace(cli: Cli) -> None:
    events = cli.json("events", NAME)["events"]
    assert {"DixiInstall cli-wall", "Deployment backend"} <= {item["object"] for item in events}
    assert all(item["count"] >= 1 for item in events)
    lines = cli.text("events", NAME).splitlines()
    assert lines[0].split() == ["LAST", "SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "NOTE"]
    assert len(lines) == len(cli.json("events", NAME)["events"]) + 1


def test_events_are_followed(cli: Cli, install: Api, tmp_path: Path) -> None:
    log = tmp_path / "events"
    with log.open("w") as output:
        command = ["dixi", "events", NAME, "--watch", "-o", "json"]
        with subprocess.Popen(command, env=cli.environment(PYTHONUNBUFFERED="1"), stdout=output) as process:
            try:
                eventually(log.read_text, seconds=20, what="the events so far")
                install.kubectl("scale", "deployment/frontend", "-n", NAMESPACE, "--replicas=2")
                eventually(lambda: "from 1 to 2" in log.read_text(), seconds=20, what=f"the scaling; {log.read_text()}")
            finally:
                process.terminate()
    assert all(json.loads(line)["reason"] for line in log.read_text().splitlines())
    install.await_ready(NAME)


def test_suspending_and_resuming_say_what_they_have_changed(cli: Cli, install: Api) -> None:
    assert (
        cli.text("suspend", NAME).strip()
        == "DixiInstall cli-wall suspended: the operator leaves it alone until dixi resume"
    )
    assert cli.json("suspend", NAME) == {"install": NAME, "suspend": True, "changed": False}
    live = json.loads(install.kubectl("get", "dixi", NAME, "-o", "json", "--show-managed-fields"))
    assert live["spec"]["suspend"] is True
    assert "dixi" in {entry["manager"] for entry in live["metadata"]["managedFields"]}
    answer = cli.run("reconcile", NAME, "--wait", "--timeout", "20s")
    assert (answer.exit_code, "Ready=Unknown Suspended" in answer.stdout) == (1, True)
    assert cli.json("resume", NAME) == {"install": NAME, "suspend": False, "changed": True}
    assert "there is nothing to resume" in cli.text("resume", NAME)
    install.await_ready(NAME)


def test_a_reconcile_is_asked_for_and_followed(cli: Cli, install: Api) -> None:
    text = cli.text("reconcile", NAME, "--wait", "--timeout", "1m")
    assert "asked for a reconcile at 20" in text
    assert text.splitlines()[-1].startswith("Ready=True Ready: ")
    answer = cli.json("reconcile", NAME, "--wait")
    assert answer["result"]["ready"] == "True"
    live = install.read("dixi", NAME)
    assert live["metadata"]["annotations"]["dixi.io/reconcile"] == answer["requestedAt"]
    assert live["status"]["lastHandledReconcile"] == answer["requestedAt"]
    assert cli.json("reconcile", NAME)["result"] is None


def test_waiting_for_what_does_not_come_ends_in_time(cli: Cli, install: Api) -> None:
    install.apply(NAME, {**SPEC, "vision": {"gpu": {"policy": "Required"}}})
    answer = cli.run("reconcile", NAME, "--wait", "--timeout", "2s")
    assert (answer.exit_code, "is not Ready after 2 s; dixi explain cli-wall says why" in answer.stderr) == (1, True)
    assert "vision" in cli.text("status", NAME)
    install.apply(NAME, SPEC)
    install.await_ready(NAME)


def test_explain_answers_too(cli: Cli) -> None:
    assert cli.text("explain", NAME).splitlines()[0].startswith("DixiInstall cli-wall is Ready")
    assert cli.json("explain", NAME)["blocker"] is None


def test_the_doctor_looks_at_the_cluster(cli: Cli) -> None:
    text = cli.text("doctor")
    for line in ("+ crd: ", "+ leader: operator-under-test leads", "+ nodes: 3 of 3", "+ pod-security: "):
        assert line in text
    checks = {item["check"]: item["verdict"] for item in cli.json("doctor")["checks"]}
    assert checks["metrics"] == "warning"
    assert {checks[name] for name in ("api-version", "clock", "access", "crd", "operator", "leader")} == {"ok"}


def test_a_report_holds_everything_but_secrets(cli: Cli, install: Api, tmp_path: Path) -> None:
    path = tmp_path / "report.tar.gz"
    answer = cli.json("report", NAME, "--file", str(path))
    assert answer["file"] == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    secret = install.read("secret", "dixi-secrets", "-n", NAMESPACE)["data"]
    with tarfile.open(path) as tar:
        files = {item.name: tar.extractfile(item) for item in tar.getmembers()}
        content = {name: file.read().decode() for name, file in files.items() if file is not None}
    assert sorted(content) == sorted(f"report/{name}" for name in answer["members"])
    for name in ("install/status.txt", "install/objects/Deployment/backend.yaml", "doctor.json", "README.md"):
        assert f"report/{name}" in content
    assert any(name.startswith("report/install/pods/backend-") for name in content)
    for value in secret.values():
        assert value not in "".join(content.values())
        assert b64decode(value).decode() not in "".join(content.values())
    # kwok's pods have no logs, which the report says instead of failing.
    assert "log of backend in pod cli-wall/backend-" in content["report/README.md"]
    refused = cli.run("report", NAME, "--file", str(path))
    assert (refused.exit_code, "exists already" in refused.stderr) == (2, True)
    assert cli.text("report", NAME, "-f", str(tmp_path / "two.tar.gz")).startswith("Wrote ")


def test_who_may_read_little_is_told_so(cli: Cli, install: Api, tmp_path: Path) -> None:
    install.kubectl("create", "serviceaccount", "viewer", "-n", NAMESPACE)
    rights = ("--verb=get,list", "--resource=dixiinstalls.dixi.io")
    install.kubectl("create", "clusterrole", "cli-viewer", *rights)
    binding = ("--clusterrole=cli-viewer", f"--serviceaccount={NAMESPACE}:viewer")
    install.kubectl("create", "clusterrolebinding", "cli-viewer", *binding)
    token = install.kubectl("create", "token", "viewer", "-n", NAMESPACE).strip()
    document = yaml.safe_load(Path(install.kubeconfig).read_text())
    document["users"] = [{"name": document["contexts"][0]["context"]["user"], "user": {"token": token}}]
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(document))
    viewer = Cli(str(kubeconfig), install.kubectl_path)
    assert "+ Ready=True" in viewer.text("status", NAME)
    checks = {item["check"]: item for item in viewer.json("doctor")["checks"]}
    assert checks["access"]["verdict"] == "warning"
    assert "patch dixiinstalls.dixi.io (for suspend, resume and reconcile)" in checks["access"]["message"]
    assert checks["storage"]["verdict"] == "unknown"
    answer = viewer.run("suspend", NAME)
    assert (answer.exit_code, "the cluster refused" in answer.stderr) == (3, True)
    report = viewer.json("report", NAME, "--file", str(tmp_path / "viewer.tar.gz"))
    assert any("may not list secrets" in sentence for sentence in report["unread"])
    answer = viewer.run("diff", NAME)
    assert (answer.exit_code, "the cluster refused" in answer.stderr) == (3, True)
    install.kubectl("delete", "clusterrole,clusterrolebinding", "cli-viewer")


def test_kubectl_takes_dixi_for_a_verb_of_its_own(cli: Cli) -> None:
    assert cli.launch(cli.kubectl, "dixi", "version").stdout == "1.0.0\n"
    answer = cli.launch(cli.kubectl, "dixi", "status", NAME, "-o", "json")
    assert (answer.returncode, json.loads(answer.stdout)["name"]) == (0, NAME)
    assert cli.launch(cli.kubectl, "dixi", "status", "cli-nobody").returncode == 2


def test_a_shell_completes_verbs_and_names(cli: Cli) -> None:
    script = cli.launch("bash", "-c", "dixi --show-completion; true").stdout
    assert "_DIXI_COMPLETE=complete_bash" in script

    def complete(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        place = str(len(line.split(" ")) - 1)
        words = {"_DIXI_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": place}
        return cli.launch("dixi", **words, **environment)

    assert {"suspend", "status"} <= set(complete("dixi s").stdout.split())
    assert complete("dixi suspend cli-").stdout.split() == [NAME]
    nowhere = complete("dixi suspend cli-", KUBECONFIG="/nowhere")
    assert (nowhere.stdout.strip(), "Traceback" in nowhere.stderr) == ("", False)


def test_kubectl_completes_verbs_and_names_after_its_own_verb(cli: Cli) -> None:
    def press_tab(*words: str) -> list[str]:
        return cli.launch(cli.kubectl, "__complete", "dixi", *words).stdout.splitlines()

    assert press_tab("susp") == ["suspend", ":4"]
    assert press_tab("suspend", "cli-") == [NAME, ":4"]
    assert press_tab("render", "") == [":0"]
