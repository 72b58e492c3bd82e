"""What goes wrong only with async."""

from ...exc import InvalidRequestError


class AsyncMethodRequired(InvalidRequestError):
    """The result of a call cannot be had without waiting."""


class AsyncContextNotStarted(InvalidRequestError):
    """A context manager that must be started was not."""


class AsyncContextAlreadyStarted(InvalidRequestError):
    """A context manager was started before."""
