"""Runs once, when an interpreter starts."""

import sys

import _frozen_importlib
import _imp
import _io
import _lazyscope


def _noting(importer):
    """Has what is imported noted as it is then: a run may change it, and the next one is not to see that."""
    run = importer.exec_module

    def exec_module(module):
        run(module)
        _lazyscope.imported(module)

    importer.exec_module = staticmethod(exec_module)


_noting(_frozen_importlib.BuiltinImporter)
_noting(_frozen_importlib.FrozenImporter)


class FileIO(_io._RawIOBase):
    def __init__(self, *args, **kwargs):
        raise RuntimeError("a scenario cannot open files: nothing in it touches the disk")


FileIO.__module__ = "_io"
_io.FileIO = FileIO

import os  # noqa: E402  (ours, for the modules that follow)

sys.modules["posix"] = os
sys.modules["os.path"] = os.path

import atexit  # noqa: E402
import time  # noqa: E402
import typing  # noqa: E402
import warnings  # noqa: E402

from sqlalchemy.exc import SAWarning  # noqa: E402

_show = warnings._showwarnmsg_impl


def _warned(message):
    """What a program does wrong is told; what will not work one day goes to its standard error, as in Python."""
    (_show if issubclass(message.category, DeprecationWarning) else _lazyscope.warned)(message)


warnings._showwarnmsg_impl = _warned
time.sleep = _lazyscope.sleep

# What the session layer warns of is told each time, not once for each line.
warnings.filterwarnings("always", category=SAWarning)
_filters = list(warnings.filters)


def clean():
    """Puts back what a run may have changed."""
    for name in list(sys.modules):
        if not (name in _modules or _imp.is_frozen(name) or _imp.is_builtin(name)):
            del sys.modules[name]
    warnings.filters[:] = _filters
    warnings._showwarnmsg_impl = _warned
    time.sleep = _lazyscope.sleep
    atexit._clear()
    for forget in typing._cleanups:
        forget()
    runs = sys.modules.get("sqlalchemy._runs")
    if runs is not None:
        runs.end()
    for name, reset in _resets.items():
        module = sys.modules.get(name)
        if module is not None:
            reset(module)


def _reset_logging(logging):
    logging.disable(logging.NOTSET)
    logging.captureWarnings(False)
    logging.root.handlers.clear()
    logging.root.filters.clear()
    logging.root.setLevel(logging.WARNING)
    logging.root.manager.loggerDict.clear()
    logging._handlers.clear()
    logging._handlerList.clear()


# Importing a module anew leaves its old self behind, so those with a state of their own are set back instead.
_resets = {
    "asyncio": lambda asyncio: asyncio._reset(),
    "logging": _reset_logging,
    "random": lambda random: random.seed(),
}

_modules = frozenset(sys.modules)
