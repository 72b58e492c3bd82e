"""Stands in for `os`, of which there is an empty environment and paths that lead nowhere."""

import _lazyscope

name = "posix"
sep = "/"
altsep = None
extsep = "."
pathsep = ":"
linesep = "\n"
curdir = "."
pardir = ".."
defpath = ""
devnull = "/dev/null"
environ = {}
error = OSError
urandom = _lazyscope.urandom


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    raise TypeError(f"expected str, bytes or os.PathLike object, not {type(path).__name__}")


def fsencode(path):
    return fspath(path).encode() if isinstance(path, str) else path


def fsdecode(path):
    return fspath(path) if isinstance(path, str) else path.decode()


def getcwd():
    return "/"


def getpid():
    return 1


def getenv(key, default=None):
    return environ.get(key, default)


def stat(path):
    raise FileNotFoundError(2, "No such file or directory", path)


lstat = stat


class PathLike:
    pass


import posixpath as path  # noqa: E402  (it imports this module)


def __getattr__(name):
    if name.startswith("_") or name == "register_at_fork":
        raise AttributeError(f"module 'os' has no attribute '{name}'")
    raise AttributeError(f"a scenario cannot use os.{name}: it runs without files and processes")
