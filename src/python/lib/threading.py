"""Stands in for `threading`: there is one thread."""

from _thread import RLock, allocate_lock as Lock, get_ident  # noqa: F401


class local:
    pass


class _MainThread:
    name = "MainThread"
    ident = 1
    daemon = False

    def is_alive(self):
        return True


_main = _MainThread()


def current_thread():
    return _main


def main_thread():
    return _main


class Thread:
    def __init__(self, *args, **kwargs):
        raise RuntimeError("a scenario cannot start threads")
