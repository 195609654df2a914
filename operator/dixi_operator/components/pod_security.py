"""The Pod Security Standard ``restricted``, as named checks of a pod template that users have changed.

Kubernetes refuses the same pods by itself, but only when it makes them, and without the field that is to blame
(https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted). Exceptions that the standard makes
for Windows and for user namespaces are not made here. Each check says what it allows and takes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dixi_operator.api.types import Manifest

# Tuples, because a template may hold anything, and what has no hash cannot be looked up in a set.
VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_notsent_lowat",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
CAPABILITY = "NET_BIND_SERVICE"
SELINUX_TYPES = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")
PROFILES = ("RuntimeDefault", "Localhost")
APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


class Fault(NamedTuple):
    """A field of a pod template, such as ``spec.hostNetwork``, and what is wrong with it."""

    field: str
    message: str


Check = Callable[[Manifest], Iterator[Fault]]


def find_faults(template: Manifest) -> list[Fault]:
    """Everything by which a template is less than restricted, in the order of :data:`CHECKS`."""
    return [fault for check in CHECKS for fault in check(template)]


def check_host_namespaces(template: Manifest) -> Iterator[Fault]:
    """Pods share no namespace of their node."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if template["spec"].get(field, False) is not False:
            yield Fault(f"spec.{field}", "it must be false: pods share no namespace of their node")


def check_volumes(template: Manifest) -> Iterator[Fault]:
    """Volumes come from the API or through claims, never from the node."""
    for name, volume in list_named(template, "volumes"):
        for kind in sorted(volume.keys() - {"name", *VOLUMES}):
            yield Fault(f"spec.volumes[{name}].{kind}", f"it must be one of {', '.join(VOLUMES)}")


def check_privileged(template: Manifest) -> Iterator[Fault]:
    """Containers are not privileged."""
    for field, context in list_container_contexts(template):
        if context.get("privileged", False) is not False:
            yield Fault(f"{field}.privileged", "it must be false")


def check_privilege_escalation(template: Manifest) -> Iterator[Fault]:
    """Containers cannot gain privileges."""
    for field, context in list_container_contexts(template):
        if context.get("allowPrivilegeEscalation") is not False:
            yield Fault(f"{field}.allowPrivilegeEscalation", "it must be set, to false")


def check_capabilities(template: Manifest) -> Iterator[Fault]:
    """Containers drop every capability, and may add one at most."""
    for field, context in list_container_contexts(template):
        capabilities = as_object(context.get("capabilities"))
        if "ALL" not in as_list(capabilities.get("drop")):
            yield Fault(f"{field}.capabilities.drop", "it must name ALL")
        for name in as_list(capabilities.get("add")):
            if name != CAPABILITY:
                yield Fault(f"{field}.capabilities.add", f"it must not name {name}, only {CAPABILITY}")


def check_run_as_non_root(template: Manifest) -> Iterator[Fault]:
    """The kubelet refuses to start containers as root."""
    pod = as_object(template["spec"].get("securityContext"))
    if pod.get("runAsNonRoot", True) is not True:
        yield Fault("spec.securityContext.runAsNonRoot", "it must be true")
    for field, context in list_container_contexts(template):
        if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
            yield Fault(f"{field}.runAsNonRoot", "it must be true, here or in spec.securityContext")


def check_run_as_user(template: Manifest) -> Iterator[Fault]:
    """Nobody asks for root by number."""
    for field, context in list_contexts(template):
        if context.get("runAsUser", 1) == 0:
            yield Fault(f"{field}.runAsUser", "it must not be 0, which is root")


def check_seccomp(template: Manifest) -> Iterator[Fault]:
    """System calls are filtered."""
    pod = as_object(as_object(template["spec"].get("securityContext")).get("seccompProfile"))
    allowed = " or ".join(PROFILES)
    if pod and pod.get("type") not in PROFILES:
        yield Fault("spec.securityContext.seccompProfile.type", f"it must be {allowed}")
    for field, context in list_container_contexts(template):
        if as_object(context.get("seccompProfile", pod)).get("type") not in PROFILES:
            yield Fault(f"{field}.seccompProfile.type", f"it must be {allowed}, here or in spec.securityContext")


def check_apparmor(template: Manifest) -> Iterator[Fault]:
    """The runtime's AppArmor profile stays on."""
    for field, context in list_contexts(template):
        if "appArmorProfile" in context and as_object(context["appArmorProfile"]).get("type") not in PROFILES:
            yield Fault(f"{field}.appArmorProfile.type", f"it must be {' or '.join(PROFILES)}")
    for name, value in as_object(as_object(template.get("metadata")).get("annotations")).items():
        allowed = value == "runtime/default" or str(value).startswith("localhost/")
        if name.startswith(APPARMOR_ANNOTATION) and not allowed:
            yield Fault(f"metadata.annotations[{name}]", "it must be runtime/default or localhost/ and a profile")


def check_selinux(template: Manifest) -> Iterator[Fault]:
    """SELinux confines containers as containers."""
    for field, context in list_contexts(template):
        options = as_object(context.get("seLinuxOptions"))
        if options.get("type", "") not in ("", *SELINUX_TYPES):
            yield Fault(f"{field}.seLinuxOptions.type", f"it must be one of {', '.join(SELINUX_TYPES)}")
        for part in ("user", "role"):
            if options.get(part):
                yield Fault(f"{field}.seLinuxOptions.{part}", "it must not be set")


def check_proc_mount(template: Manifest) -> Iterator[Fault]:
    """/proc stays masked."""
    for field, context in list_container_contexts(template):
        if context.get("procMount", "Default") != "Default":
            yield Fault(f"{field}.procMount", "it must be Default")


def check_sysctls(template: Manifest) -> Iterator[Fault]:
    """Kernel parameters are those that a pod has to itself."""
    for sysctl in as_list(as_object(template["spec"].get("securityContext")).get("sysctls")):
        if (name := as_object(sysctl).get("name")) not in SYSCTLS:
            yield Fault("spec.securityContext.sysctls", f"{name} is not one of the safe ones: {', '.join(SYSCTLS)}")


def check_windows(template: Manifest) -> Iterator[Fault]:
    """Nothing runs as a process of a Windows host."""
    for field, context in list_contexts(template):
        if as_object(context.get("windowsOptions")).get("hostProcess", False) is not False:
            yield Fault(f"{field}.windowsOptions.hostProcess", "it must be false")


def check_host_ports(template: Manifest) -> Iterator[Fault]:
    """Pods take no port of their node."""
    for field, container in list_containers(template):
        for port in as_list(container.get("ports")):
            if as_object(port).get("hostPort", 0) != 0:
                number = as_object(port).get("containerPort")
                yield Fault(f"{field}.ports[{number}].hostPort", "it must not be set: pods take no port of their node")


def check_probe_hosts(template: Manifest) -> Iterator[Fault]:
    """The kubelet's requests go to the pod, not to a host that somebody chose."""
    for field, container in list_containers(template):
        for path in HANDLERS:
            handler: Manifest = container
            for part in path:
                handler = as_object(handler.get(part))
            for action in ("httpGet", "tcpSocket"):
                if as_object(handler.get(action)).get("host"):
                    yield Fault(f"{field}.{'.'.join(path)}.{action}.host", "it must not be set: the pod is asked")


CHECKS: tuple[Check, ...] = (
    check_host_namespaces,
    check_volumes,
    check_privileged,
    check_privilege_escalation,
    check_capabilities,
    check_run_as_non_root,
    check_run_as_user,
    check_seccomp,
    check_apparmor,
    check_selinux,
    check_proc_mount,
    check_sysctls,
    check_windows,
    check_host_ports,
    check_probe_hosts,
)


def list_containers(template: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Field and object of each container, those that run first included."""
    for kind in ("initContainers", "containers"):
        for name, container in list_named(template, kind):
            yield f"spec.{kind}[{name}]", container


def list_named(template: Manifest, kind: str) -> Iterator[tuple[str, Manifest]]:
    """Name and object of each element of a list of the pod's spec; what is no object the API server refuses."""
    for item in as_list(template["spec"].get(kind)):
        if isinstance(item, dict):
            yield str(item.get("name", "")), item


def list_container_contexts(template: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Field and security context of each container."""
    for field, container in list_containers(template):
        yield f"{field}.securityContext", as_object(container.get("securityContext"))


def list_contexts(template: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Field and security context of the pod and of each container."""
    yield "spec.securityContext", as_object(template["spec"].get("securityContext"))
    yield from list_container_contexts(template)


def as_object(value: Any) -> Manifest:
    """The value if it is an object; an empty one in place of what the API server refuses by its type."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, as :func:`as_object`."""
    return value if isinstance(value, list) else []
