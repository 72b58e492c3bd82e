"""`session.identity_map`: the objects that a session holds, weakly."""

import _lazyscope

from .._missing import Facade


class _WeakInstanceDict(Facade):
    """Objects by identity."""

    _public = "Session.identity_map"

    def __init__(self, session):
        self._session = session

    def values(self):
        return _lazyscope.session_objects(self._session._native, "all")

    def all_states(self):
        from ..inspection import inspect

        return [inspect(one) for one in self.values()]

    def _dict(self):
        return {state.identity_key: state.object for state in self.all_states()}

    def keys(self):
        return self._dict().keys()

    def items(self):
        return list(self._dict().items())

    def get(self, key, default=None):
        return self._dict().get(key, default)

    def __getitem__(self, key):
        return self._dict()[key]

    def __contains__(self, key):
        return key in self._dict()

    def __len__(self):
        return len(self.values())

    def __iter__(self):
        return iter(self.keys())
