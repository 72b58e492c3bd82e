"""What a session knows of an object, under the module's name."""

from .._missing import module_getattr
from ..inspection import AttributeState, InstanceState  # noqa: F401

__getattr__ = module_getattr(__name__)
