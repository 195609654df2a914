"""A pod template that is less than restricted is told apart by the field that makes it so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.components.pod_security import CHECKS, find_faults
from dixi_operator.components.strategic_merge import merge_template
from tests.unit.operator.components.pod_patches import TEMPLATES

BACKEND = TEMPLATES[0]
POD, CONTAINER, FIRST = "spec.securityContext", "spec.containers[backend].securityContext", "spec.initContainers[first]"
PROFILE: dict[str, Any] = {"type": "Unconfined"}

WEAKER: dict[str, tuple[dict[str, Any], str]] = {
    "the node's network": ({"hostNetwork": True}, "spec.hostNetwork"),
    "the node's processes": ({"hostPID": True}, "spec.hostPID"),
    "the node's memory": ({"hostIPC": True}, "spec.hostIPC"),
    "a folder of the node": (
        {"volumes": [{"name": "disk", "hostPath": {"path": "/"}}]},
        "spec.volumes[disk].hostPath",
    ),
    "a share": ({"volumes": [{"name": "share", "nfs": {"server": "s", "path": "/"}}]}, "spec.volumes[share].nfs"),
    "a pod that may be root": ({"securityContext": {"runAsNonRoot": False}}, f"{POD}.runAsNonRoot"),
    "a pod that does not say": ({"securityContext": {"runAsNonRoot": None}}, f"{CONTAINER}.runAsNonRoot"),
    "a pod without a context": ({"securityContext": {"$patch": "delete"}}, f"{CONTAINER}.seccompProfile.type"),
    "root by number": ({"securityContext": {"runAsUser": 0}}, f"{POD}.runAsUser"),
    "any system call": ({"securityContext": {"seccompProfile": PROFILE}}, f"{POD}.seccompProfile.type"),
    "no AppArmor": ({"securityContext": {"appArmorProfile": PROFILE}}, f"{POD}.appArmorProfile.type"),
    "another SELinux type": ({"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}, f"{POD}.seLinuxOptions.type"),
    "an SELinux user": ({"securityContext": {"seLinuxOptions": {"user": "root"}}}, f"{POD}.seLinuxOptions.user"),
    "an SELinux role": ({"securityContext": {"seLinuxOptions": {"role": "sysadm_r"}}}, f"{POD}.seLinuxOptions.role"),
    "a kernel parameter": (
        {"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}},
        f"{POD}.sysctls",
    ),
    "a Windows host": (
        {"securityContext": {"windowsOptions": {"hostProcess": True}}},
        f"{POD}.windowsOptions.hostProcess",
    ),
}
WEAKER_CONTAINER: dict[str, tuple[dict[str, Any], str]] = {
    "privileged": ({"securityContext": {"privileged": True}}, "securityContext.privileged"),
    "privileged as a word": ({"securityContext": {"privileged": "true"}}, "securityContext.privileged"),
    "privileges later": (
        {"securityContext": {"allowPrivilegeEscalation": True}},
        "securityContext.allowPrivilegeEscalation",
    ),
    "no word on privileges": (
        {"securityContext": {"allowPrivilegeEscalation": None}},
        "securityContext.allowPrivilegeEscalation",
    ),
    "capabilities kept": ({"securityContext": {"capabilities": {"drop": []}}}, "securityContext.capabilities.drop"),
    "a capability more": (
        {"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}},
        "securityContext.capabilities.add",
    ),
    "root allowed": ({"securityContext": {"runAsNonRoot": False}}, "securityContext.runAsNonRoot"),
    "root": ({"securityContext": {"runAsUser": 0}}, "securityContext.runAsUser"),
    "any system call": ({"securityContext": {"seccompProfile": PROFILE}}, "securityContext.seccompProfile.type"),
    "no AppArmor": ({"securityContext": {"appArmorProfile": PROFILE}}, "securityContext.appArmorProfile.type"),
    "/proc in full": ({"securityContext": {"procMount": "Unmasked"}}, "securityContext.procMount"),
    "a Windows host": (
        {"securityContext": {"windowsOptions": {"hostProcess": True}}},
        "securityContext.windowsOptions.hostProcess",
    ),
    "a port of the node": ({"ports": [{"containerPort": 3001, "hostPort": 80}]}, "ports[3001].hostPort"),
    "a probe elsewhere": ({"livenessProbe": {"httpGet": {"host": "10.0.0.1"}}}, "livenessProbe.httpGet.host"),
    "a hook elsewhere": (
        {"lifecycle": {"preStop": {"tcpSocket": {"host": "10.0.0.1", "port": 1}}}},
        "lifecycle.preStop.tcpSocket.host",
    ),
}


def fields_at_fault(patch: dict[str, Any]) -> set[str]:
    return {fault.field for fault in find_faults(merge_template(BACKEND, patch))}


def test_our_own_templates_are_restricted() -> None:
    assert [find_faults(template) for template in TEMPLATES] == [[]] * len(TEMPLATES)


@pytest.mark.parametrize("case", WEAKER)
def test_a_weaker_pod_is_refused_by_its_field(case: str) -> None:
    patch, field = WEAKER[case]
    assert field in fields_at_fault({"spec": patch})


@pytest.mark.parametrize("case", WEAKER_CONTAINER)
def test_a_weaker_container_is_refused_by_its_field(case: str) -> None:
    patch, field = WEAKER_CONTAINER[case]
    assert fields_at_fault({"spec": {"containers": [{"name": "backend", **patch}]}}) == {
        f"spec.containers[backend].{field}"
    }


def test_a_container_that_runs_first_must_be_restricted_too() -> None:
    bare = {"spec": {"initContainers": [{"name": "first", "image": "x"}]}}
    assert fields_at_fault(bare) == {
        f"{FIRST}.securityContext.allowPrivilegeEscalation",
        f"{FIRST}.securityContext.capabilities.drop",
    }


def test_an_annotation_cannot_take_apparmor_away() -> None:
    name = "container.apparmor.security.beta.kubernetes.io/backend"
    assert fields_at_fault({"metadata": {"annotations": {name: "unconfined"}}}) == {f"metadata.annotations[{name}]"}
    assert fields_at_fault({"metadata": {"annotations": {name: "runtime/default"}}}) == set()


def test_what_is_as_strict_is_allowed() -> None:
    context = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "Localhost", "localhostProfile": "x.json"},
    }
    patch = {
        "spec": {
            "hostNetwork": False,
            "containers": [{"name": "proxy", "image": "p", "securityContext": context}],
            "volumes": [{"name": "settings", "configMap": {"name": "x"}}],
            "securityContext": {"sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}]},
        }
    }
    assert fields_at_fault(patch) == set()


def test_every_check_refuses_something() -> None:
    whole = [{"spec": patch} for patch, _ in WEAKER.values()]
    single = [{"spec": {"containers": [{"name": "backend", **patch}]}} for patch, _ in WEAKER_CONTAINER.values()]
    templates = [merge_template(BACKEND, patch) for patch in (*whole, *single)]
    assert [check.__name__ for check in CHECKS if not any(list(check(template)) for template in templates)] == []


@given(
    st.dictionaries(
        st.sampled_from(["containers", "initContainers", "volumes", "securityContext", "hostNetwork"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["name", "securityContext", "capabilities", "add", "drop", "type", "seccompProfile",
                                     "seLinuxOptions", "ports", "httpGet", "livenessProbe", "sysctls"]), inner)
            ),
            max_leaves=10,
        ),
    )
)  # fmt: skip
def test_any_spec_is_judged_without_an_error(spec: dict[str, Any]) -> None:
    assert all(fault.field.startswith("spec.") for fault in find_faults({"spec": spec}))
