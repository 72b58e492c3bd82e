"""The exceptions of the ORM."""

from .. import exc as _sa
from ..exc import MultipleResultsFound, NoResultFound
from .._missing import module_getattr as _missing


class StaleDataError(_sa.SQLAlchemyError):
    pass


ConcurrentModificationError = StaleDataError


class FlushError(_sa.SQLAlchemyError):
    pass


class MappedAnnotationError(_sa.ArgumentError):
    pass


class UnmappedError(_sa.InvalidRequestError):
    pass


class ObjectDereferencedError(_sa.SQLAlchemyError):
    pass


class DetachedInstanceError(_sa.SQLAlchemyError):
    code = "bhk3"


class UnmappedInstanceError(UnmappedError):
    pass


class UnmappedClassError(UnmappedError):
    pass


class ObjectDeletedError(_sa.InvalidRequestError):
    pass


class UnmappedColumnError(_sa.InvalidRequestError):
    pass


class LoaderStrategyException(_sa.InvalidRequestError):
    pass


NO_STATE = (AttributeError, KeyError)

__getattr__ = _missing(__name__)
