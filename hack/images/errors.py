"""The one error of this package: a sentence for the person at the terminal."""


class ImageError(Exception):
    """What failed and what to do; never shown with a traceback."""
