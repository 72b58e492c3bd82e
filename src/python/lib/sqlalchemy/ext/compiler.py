"""`@compiles`, by which a program renders SQL of its own: not here yet."""

from .._missing import module_getattr

__getattr__ = module_getattr(__name__)
