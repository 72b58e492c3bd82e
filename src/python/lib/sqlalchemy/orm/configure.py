"""Configuring mappers: once a class is used, the names in the relationships of all of them are looked up."""

import _lazyscope

from .. import exc
from .._runs import at_end

# Mappers whose relationships are still names.
pending = []
_failed = {}


_every = []


def every_mapper():
    """The mappers of this run."""
    return list(_every)


def add(mapper):
    """Takes in a mapper that has just been made."""
    pending.append(mapper)
    _every.append(mapper)
    _lazyscope.orm_unconfigured(True)


@at_end
def clean():
    """Forgets the classes of the run that has ended."""
    _lazyscope.orm_clean()
    pending.clear()
    _every.clear()
    _failed.clear()
    _lazyscope.orm_unconfigured(False)


def configure_mappers():
    """Looks the names up and tells the session layer what they mean, base by base."""
    while pending:
        registry = pending[0].registry
        mappers = [mapper for mapper in pending if mapper.registry is registry]
        pending[:] = [mapper for mapper in pending if mapper.registry is not registry]
        _lazyscope.orm_unconfigured(bool(pending))
        check(registry)
        _configure(mappers)


def check(registry):
    """Refuses the classes of a base that could not be configured."""
    if registry in _failed:
        mapper, error = _failed[registry]
        raise exc.InvalidRequestError(
            "One or more mappers failed to initialize - can't proceed with initialization of other mappers. Triggering "
            f"mapper: '{mapper}'. Original exception was: {error}"
        )


def _configure(mappers):
    for step in (_look_up, _tie_all):
        for mapper in mappers:
            try:
                step(mapper)
            except Exception as error:
                _failed[mapper.registry] = (mapper, error)
                raise
    for mapper in mappers:
        _lazyscope.orm_announce(mapper)


def _look_up(mapper):
    for key, value in list(mapper._properties.items()):
        if hasattr(value, "backref"):
            _Configuration(mapper, key, value).configure()


def _tie_all(mapper):
    for key, value in list(mapper._properties.items()):
        if getattr(value, "back_populates", None):
            _tie(mapper, key, value)


_lazyscope.orm_on_configure(configure_mappers)


class _Names(dict):
    """The names that a relationship's text can use."""

    def __init__(self, configuration):
        super().__init__()
        self._of = configuration

    def __missing__(self, name):
        found = self._of.known(name)
        if found is None:
            raise NameError(name)
        return found


class _Configuration:
    """One relationship, its names being looked up."""

    def __init__(self, mapper, key, value):
        self.mapper = mapper
        self.key = key
        self.value = value
        self.registry = mapper.registry

    def known(self, name):
        import sqlalchemy

        from . import relationships

        cls = self.registry._classes.get(name)
        if cls is not None:
            return cls
        table = self.registry.metadata.tables.get(name)
        if table is not None:
            return table
        if name in ("foreign", "remote"):
            return getattr(relationships, name)
        if name in ("and_", "or_", "not_", "func", "desc", "asc", "text", "null", "true", "false", "literal", "select"):
            return getattr(sqlalchemy, name)
        return None

    def evaluate(self, text):
        try:
            return eval(text, {"__builtins__": {}}, _Names(self))
        except NameError as error:
            name = error.args[0]
            raise exc.InvalidRequestError(
                f"When initializing mapper {self.mapper}, expression {text!r} failed to locate a name ({name!r}). If this "
                f"is a class name, consider adding this relationship() to the {self.mapper.class_!r} class after both "
                "dependent classes have been defined."
            ) from None

    def resolve(self, argument):
        if isinstance(argument, str):
            return self.evaluate(argument)
        if hasattr(argument, "_resolve"):
            return argument._resolve(self.resolve)
        if hasattr(argument, "_described"):
            # A mapped_column() of a class body stands for its column.
            return self.mapper.local_table.c[argument.column.key]
        if callable(argument) and not isinstance(argument, type) and not hasattr(argument, "__clause_element__"):
            if not isinstance(argument, _lazyscope.Node):
                return self.resolve(argument())
        return argument

    def resolve_list(self, argument):
        if argument is None or argument is False:
            return []
        argument = self.resolve(argument)
        if isinstance(argument, (list, tuple, set, frozenset)):
            return [self.resolve(item) for item in argument]
        return [argument]

    def target(self):
        argument = self.value.argument
        if argument is None:
            raise exc.ArgumentError(
                f"relationship '{self.key}' expects a class or a mapper argument (received: {type(None)})"
            )
        if isinstance(argument, str) and "." in argument:
            last = argument.rsplit(".", 1)[1]
            if last in self.registry._classes:
                argument = last
        found = self.resolve(argument)
        if isinstance(found, type) and not hasattr(found, "__mapper__"):
            raise exc.ArgumentError(
                f"relationship '{self.key}' expects a class or a mapper argument (received: {type(found)})"
            )
        return found

    def configure(self):
        value = self.value
        target = self.target()
        target_entity = target.__mapper__ if isinstance(target, type) else target
        secondary = self.resolve(value.secondary) if value.secondary is not None else None
        join = value._join
        _lazyscope.orm_configure(
            self.mapper,
            self.key,
            target_entity,
            secondary,
            self._clause(join["primaryjoin"]),
            self._clause(join["secondaryjoin"]),
            self.resolve_list(join["foreign_keys"]),
            self.resolve_list(join["remote_side"]),
            self.resolve_list(join["order_by"]),
        )
        value.secondary = secondary
        if value.backref is not None:
            self._add_backref(target_entity, secondary)

    def _clause(self, argument):
        return None if argument is None else self.resolve(argument)

    def _add_backref(self, target, secondary):
        from .declarative import add_property
        from .properties import RelationshipProperty

        value = self.value
        name, options = value.backref if isinstance(value.backref, tuple) else (value.backref, {})
        options = dict(options)
        target_class = target.class_
        if name in target._properties:
            raise exc.ArgumentError(
                f"Error creating backref '{name}' on relationship '{self.mapper.class_.__name__}.{self.key}': property of "
                f"that name exists on mapper '{target}'"
            )
        join = value._join
        if secondary is not None:
            options.setdefault("primaryjoin", join["secondaryjoin"])
            options.setdefault("secondaryjoin", join["primaryjoin"])
        else:
            options.setdefault("primaryjoin", join["primaryjoin"])
        for same in ("foreign_keys",):
            if join[same] is not None:
                options.setdefault(same, join[same])
        if secondary is None and join["remote_side"] is None and target is self.mapper:
            # The way back of a self-referential relationship: what is near here is far there.
            options.setdefault("remote_side", list(_lazyscope.orm_near(self.mapper, self.key)))
        elif secondary is None and join["remote_side"] is not None:
            options.setdefault("remote_side", list(_lazyscope.orm_near(self.mapper, self.key)))
        for same in ("viewonly", "post_update", "passive_updates"):
            if value._options.get(same):
                options.setdefault(same, value._options[same])
        made = RelationshipProperty(self.mapper.class_, secondary, back_populates=self.key, **options)
        value.back_populates = name
        add_property(target_class, name, made)
        _Configuration(target, name, made).configure()


def _tie(mapper, key, value):
    target = _lazyscope.orm_class(_lazyscope.path_target(_lazyscope.path_new(mapper, key))).__mapper__
    other = target.get_property(value.back_populates)
    if not hasattr(other, "backref"):
        raise exc.InvalidRequestError(
            f"back_populates on relationship '{value}' refers to attribute "
            f"'{target.class_.__name__}.{value.back_populates}' that is not a relationship.  The back_populates parameter "
            "should refer to the name of a relationship on the target class."
        )
    _lazyscope.orm_reverse(mapper, key, target, value.back_populates)
