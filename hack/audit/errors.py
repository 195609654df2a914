"""What can go wrong in an audit."""


class AuditError(Exception):
    """Pins could not be audited, or have known vulnerabilities; the message says which and what to do."""
