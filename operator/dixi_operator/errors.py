"""The three ways in which a reconcile can fail to finish.

Every failure the operator raises on purpose is one of them, so the queue can decide what happens next without
looking at messages.
"""

from __future__ import annotations

from collections.abc import Sequence

from dixi_operator.api.reasons import Reason


class ReconcileError(Exception):
    """A failure with a reason from the closed set and a sentence for the user."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class TransientError(ReconcileError):
    """Something outside did not answer; the same attempt may succeed later.

    ``retry_after`` are the seconds for which the API server has asked to be left alone, if it has.
    """

    def __init__(self, reason: Reason, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after


class TerminalError(ReconcileError):
    """The specification cannot be carried out as it stands; only an edit can change that."""


class ApiError(Exception):
    """An answer of the API server other than success.

    ``status`` is the HTTP status, ``reason`` the machine-readable reason of the ``Status`` object
    (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/), ``message`` its sentence and
    ``causes`` the fields it names.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        causes: Sequence[str] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.causes = tuple(causes)
        self.retry_after = retry_after

    @property
    def is_transient(self) -> bool:
        """Whether the same request may be answered differently later (overload, restart, conflict, expiry)."""
        return self.status in {408, 409, 410, 425, 429} or self.status >= 500


class NoClusterError(Exception):
    """Nothing names an API server, or what does cannot be read; the message says what was looked for."""


class ConnectionLostError(Exception):
    """The API server could not be reached, or the connection broke before it answered."""
