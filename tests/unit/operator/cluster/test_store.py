"""The store knows the newest of every object, in whatever order it is told."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.cluster.kinds import DEPLOYMENT, NAMESPACE, SECRET, ref_of
from dixi_operator.cluster.sightings import see
from dixi_operator.cluster.store import Store


def deployment(version: int, *, install: str = "wall", uid: str = "u", name: str = "d", **parts: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/instance": install}
    metadata = {"name": name, "namespace": "n", "uid": uid, "resourceVersion": str(version), "labels": labels}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, **parts}


REF = ref_of(deployment(1))


def ready(version: int, replicas: int, uid: str = "u") -> dict[str, Any]:
    return deployment(version, uid=uid, status={"readyReplicas": replicas})


def test_what_is_put_is_seen_by_its_install_alone() -> None:
    store = Store()
    assert store.put(DEPLOYMENT, deployment(1)) == "wall"
    assert store.view("wall", "n").keys() == {REF}
    assert store.view("wall", "another") == {}
    assert store.view("another", "n") == {}


def test_cluster_scoped_objects_are_seen_from_every_namespace() -> None:
    store = Store()
    store.put(NAMESPACE, {"metadata": {**deployment(1)["metadata"], "namespace": ""}})
    assert [ref.kind for ref in store.view("wall", "anywhere")] == ["Namespace"]


def test_the_same_again_is_no_news_and_a_change_is() -> None:
    store = Store()
    store.put(DEPLOYMENT, ready(1, 0))
    assert store.put(DEPLOYMENT, ready(2, 0)) == ""
    assert store.put(DEPLOYMENT, ready(3, 1)) == "wall"


def test_of_a_secret_every_version_is_news_since_its_values_are_not_kept() -> None:
    store = Store()
    store.put(SECRET, deployment(1, data={"key": "c2VjcmV0"}))
    assert store.put(SECRET, deployment(2)) == "wall"
    assert all(b"c2VjcmV0" not in seen.body for seen in store.view("wall", "n").values())


def test_an_object_that_changes_its_install_is_seen_by_the_new_one_only() -> None:
    store = Store()
    store.put(DEPLOYMENT, deployment(1))
    assert store.put(DEPLOYMENT, deployment(2, install="other")) == "other"
    assert store.view("wall", "n") == {}
    assert store.view("other", "n").keys() == {REF}
    assert len(store) == 1


def test_the_end_of_an_earlier_object_of_that_name_is_no_news() -> None:
    store = Store()
    store.put(DEPLOYMENT, deployment(1, uid="old"))
    store.put(DEPLOYMENT, deployment(5, uid="new"))
    assert store.drop(DEPLOYMENT, deployment(4, uid="old")) == ""
    assert store.view("wall", "n")[REF].uid == "new"


def test_what_is_gone_does_not_come_back_by_a_late_event() -> None:
    store = Store()
    store.put(DEPLOYMENT, deployment(1))
    assert store.drop(DEPLOYMENT, deployment(3)) == "wall"
    assert store.put(DEPLOYMENT, deployment(2)) == ""
    assert len(store) == 0


def test_a_list_removes_what_it_lacks_but_nothing_newer_than_itself() -> None:
    store = Store()
    store.put(DEPLOYMENT, deployment(1, name="gone"))
    store.put(DEPLOYMENT, deployment(9, name="new", uid="v"))
    listed = [see(DEPLOYMENT, deployment(5, name="listed", uid="w"))]
    assert store.replace(DEPLOYMENT, listed, 5) == {"wall"}
    assert {ref.name for ref in store.view("wall", "n")} == {"new", "listed"}


def test_a_list_without_changes_is_no_news() -> None:
    store = Store()
    store.replace(DEPLOYMENT, [see(DEPLOYMENT, ready(1, 1))], 1)
    assert store.replace(DEPLOYMENT, [see(DEPLOYMENT, ready(2, 1))], 2) == set()


def test_the_store_says_what_it_does_not_know_yet() -> None:
    store = Store()
    store.expect(DEPLOYMENT, "deployments were not listed yet")
    store.doubt(DEPLOYMENT, "deployments could not be listed: 403")
    assert store.unsynced == "deployments could not be listed: 403"
    store.replace(DEPLOYMENT, [], 1)
    store.doubt(DEPLOYMENT, "later trouble")
    assert store.unsynced == ""


def test_a_kind_that_the_cluster_lost_leaves_nothing_behind() -> None:
    store = Store()
    store.put(DEPLOYMENT, deployment(1))
    store.expect(DEPLOYMENT, "why")
    store.clear(DEPLOYMENT)
    assert (len(store), store.unsynced) == (0, "")


@given(st.permutations(range(1, 8)), st.integers(1, 7))
def test_whatever_the_order_of_events_the_newest_stays(order: list[int], repeated: int) -> None:
    store = Store()
    for version in [*order, repeated]:
        store.put(DEPLOYMENT, ready(version, version))
    assert store.view("wall", "n")[REF].live["status"]["readyReplicas"] == 7


def test_it_is_told_once_that_every_kind_is_known() -> None:
    told: list[str] = []
    store = Store(lambda: told.append(store.unsynced))
    for kind in (DEPLOYMENT, SECRET):
        store.expect(kind, "not listed yet")
    store.replace(DEPLOYMENT, [], 1)
    assert told == []
    store.clear(SECRET)
    store.replace(DEPLOYMENT, [], 2)
    assert told == [""]
