from dixi_runtime.backend.state.replicas import MOST_REPLICAS, Replicas


def test_a_replica_counts_for_two_seconds_after_it_was_heard() -> None:
    replicas = Replicas("own")
    replicas.hear("other", 5, 10.0)
    assert (replicas.count(12.0), replicas.clients_elsewhere(12.0)) == (2, 5)
    assert (replicas.count(12.1), replicas.clients_elsewhere(12.1)) == (1, 0)


def test_a_replica_does_not_count_itself() -> None:
    replicas = Replicas("own")
    replicas.hear("own", 5, 10.0)
    assert replicas.count(10.0) == 1


def test_there_are_only_so_many() -> None:
    replicas = Replicas("own")
    for number in range(2 * MOST_REPLICAS):
        replicas.hear(f"replica-{number}", 1, 10.0)
    assert replicas.count(10.0) == 1 + MOST_REPLICAS
    replicas.forget()
    assert replicas.count(10.0) == 1
