"""What can go wrong while the models are made."""


class ModelError(Exception):
    """The models cannot be made; the message says why and what to do."""
