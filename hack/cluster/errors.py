"""The one error of this package: a sentence for the person at the terminal."""


class ClusterError(Exception):
    """What failed, what was expected, and what to do; never shown with a traceback."""
