from dixi_runtime.backend.state.replicas import MOST_REPLICAS, MOVING_SECONDS, Presence, Replicas


def test_a_replica_counts_for_two_seconds_after_it_was_heard() -> None:
    replicas = Replicas("own")
    replicas.hear("other", Presence(5), 10.0)
    assert (replicas.count(12.0), replicas.clients_elsewhere(12.0)) == (2, 5)
    assert (replicas.count(12.1), replicas.clients_elsewhere(12.1)) == (1, 0)


def test_a_replica_does_not_count_itself() -> None:
    replicas = Replicas("own")
    replicas.hear("own", Presence(5), 10.0)
    assert replicas.count(10.0) == 1


def test_there_are_only_so_many() -> None:
    replicas = Replicas("own")
    for number in range(2 * MOST_REPLICAS):
        replicas.hear(f"replica-{number}", Presence(1), 10.0)
    assert replicas.count(10.0) == 1 + MOST_REPLICAS
    replicas.forget()
    assert replicas.count(10.0) == 1


def test_clients_of_one_that_leaves_may_come_for_some_seconds_even_when_it_is_heard_no_more() -> None:
    replicas = Replicas("own")
    replicas.hear("other", Presence(5), 9.0)
    assert not replicas.has_leaver(9.0)
    replicas.hear("other", Presence(5, leaving=True), 10.0)
    replicas.forget()
    assert replicas.has_leaver(10.0 + MOVING_SECONDS)
    assert not replicas.has_leaver(10.1 + MOVING_SECONDS)
