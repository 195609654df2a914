"""Volumes on demand: a provisioner that makes a directory for each claim, and the default storage class."""

from hack.cluster import access, binaries, pki
from hack.cluster.layout import Layout, Manifest
from hack.cluster.network import NODE_NAME
from hack.cluster.processes import Service

NAME = "provisioner"
USER = "dixi:provisioner"
DRIVER = "dixi.io/hostpath"
STORAGE_CLASS = "standard"


def prepare(layout: Layout, server: str) -> None:
    pki.ensure_certificate(layout, pki.Certificate(NAME, USER))
    pki.ensure_kubeconfigs(layout, server, [NAME])
    layout.volumes.mkdir(parents=True, exist_ok=True)


def service(layout: Layout) -> Service:
    kubeconfig = layout.kubeconfig(NAME)
    argv = [
        str(binaries.path("provisioner")),
        f"--kubeconfig={kubeconfig}",
        f"--root={layout.volumes}",
        f"--node={NODE_NAME}",
        f"--name={DRIVER}",
    ]
    return Service(NAME, argv, inputs=[kubeconfig])


def manifests() -> list[Manifest]:
    watch = ["get", "list", "watch"]
    rules = [
        access.rule([""], ["persistentvolumes"], [*watch, "create", "delete", "patch", "update"]),
        access.rule([""], ["persistentvolumeclaims"], [*watch, "patch", "update"]),
        access.rule([""], ["nodes"], watch),
        access.rule([""], ["events"], ["create", "patch", "update"]),
        access.rule(["storage.k8s.io"], ["storageclasses"], watch),
    ]
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STORAGE_CLASS, "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": DRIVER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    return [access.cluster_role(USER, rules), access.bind(USER, USER, access.user(USER)), storage_class]
