"""Configuring mappers: once a class is used, the names in the relationships of all of them are looked up."""

import _lazyscope

from .. import exc
from .._missing import refuse
from ..engine import _host
from .._runs import at_end
from ..schema import Column, column_of
from . import collections

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


def more(mapper):
    """A mapper has got another relationship."""
    if mapper not in pending:
        pending.append(mapper)
    _lazyscope.orm_unconfigured(True)


def forget(registry):
    """Takes out the mappers of a base that is done with, and gives them."""
    gone = [mapper for mapper in _every if mapper.registry is registry]
    _every[:] = [mapper for mapper in _every if mapper.registry is not registry]
    pending[:] = [mapper for mapper in pending if mapper.registry is not registry]
    _failed.pop(registry, None)
    _lazyscope.orm_unconfigured(bool(pending))
    return gone


@at_end
def clean():
    """Forgets the classes of the run that has ended."""
    _lazyscope.orm_clean()
    pending.clear()
    _every.clear()
    _filled.clear()
    _failed.clear()
    _lazyscope.orm_unconfigured(False)


def configure_mappers():
    """Looks the names up and tells the session layer what they mean; what has failed before fails again."""
    for registry in list(_failed):
        check(registry)
    while pending:
        configure_registry(pending[0].registry)


# Whether mappers are being configured because one of them is used.
_is_automatic = False


def _configure_pending():
    while pending:
        configure_for_use(pending[0].registry)


def configure_for_use(registry):
    """As a class of it is used, its mappers are configured."""
    global _is_automatic
    before, _is_automatic = _is_automatic, True
    try:
        configure_registry(registry)
    finally:
        _is_automatic = before


def _warn(words):
    """A warning of configuration, which the program may not know to be under way."""
    if _is_automatic:
        words += (
            " (This warning originated from the `configure_mappers()` process, which was invoked automatically in "
            "response to a user-initiated operation.)"
        )
    _host.warn(words)


def configure_registry(registry):
    """The mappers of a base, and those of other bases that its relationships lead to."""
    from . import events

    if not any(mapper.registry is registry for mapper in pending):
        check(registry)
        return
    events.tell_of_configuring("before_configured")
    _configure_registry(registry)
    events.tell_of_configuring("after_configured")


def _configure_registry(registry):
    mappers = [mapper for mapper in pending if mapper.registry is registry]
    pending[:] = [mapper for mapper in pending if mapper.registry is not registry]
    _lazyscope.orm_unconfigured(bool(pending))
    check(registry)
    _configure(mappers)
    if pending:
        for other in {value.mapper.registry for mapper in mappers for value in _relationships(mapper)}:
            if any(mapper.registry is other for mapper in pending):
                _configure_registry(other)


def _relationships(mapper):
    return [value for value in mapper._properties.values() if hasattr(value, "backref")]


def check(registry):
    """Refuses the classes of a base that could not be configured."""
    if registry in _failed:
        raise exc.InvalidRequestError(_words(*_failed[registry]))


def _words(mapper, error):
    return (
        "One or more mappers failed to initialize - can't proceed with initialization of other mappers. Triggering "
        f"mapper: '{mapper}'. Original exception was: {error}"
    )


def _configure(mappers):
    from . import events

    for mapper in mappers:
        try:
            events.tell_of_mapper("before_mapper_configured", mapper)
            _look_up(mapper)
            mapper.configured = True
            events.tell_of_mapper("mapper_configured", mapper)
        except Exception as error:
            _failed[mapper.registry] = (mapper, error)
            words = _words(mapper, error)
            for described in mappers:
                _lazyscope.orm_announce(described)
            for other in _every:
                if other.registry is mapper.registry:
                    _lazyscope.orm_fail(other, words)
            raise
    for mapper in mappers:
        _lazyscope.orm_announce(mapper)


def _look_up(mapper):
    for key, value in list(mapper._properties.items()):
        # What a mapper inherits is configured where it was declared.
        if hasattr(value, "backref") and not value._is_configured and value.parent is mapper:
            _Configuration(mapper, key, value).configure()


_lazyscope.orm_on_configure(_configure_pending)


class _ClassNames:
    """A mapped class in the text of a relationship."""

    def __init__(self, cls):
        self._cls = cls

    def __getattr__(self, name):
        try:
            return getattr(self._cls, name)
        except AttributeError:
            raise AttributeError(f"Class {self._cls!r} does not have a mapped column named {name!r}") from None


class _Names(dict):
    """The names that a relationship's text can use."""

    def __init__(self, configuration):
        super().__init__()
        self._of = configuration

    def __missing__(self, name):
        found = self._of.known(name)
        if found is None:
            raise NameError(name)
        return _ClassNames(found) if isinstance(found, type) and "__mapper__" in found.__dict__ else found


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
        return vars(sqlalchemy).get(name)

    def evaluate(self, text, is_class=False):
        try:
            found = eval(text, {"__builtins__": {}}, _Names(self))
            return found._cls if isinstance(found, _ClassNames) else found
        except NameError as error:
            name = error.args[0] if is_class else f"name {error.args[0]!r} is not defined"
            self._refuse(text, name)

    def _refuse(self, text, name):
        raise exc.InvalidRequestError(
            f"When initializing mapper {self.mapper}, expression {text!r} failed to locate a name ({name!r}). If this is a "
            f"class name, consider adding this relationship() to the {self.mapper.class_!r} class after both dependent "
            "classes have been defined."
        ) from None

    def resolve(self, argument):
        if isinstance(argument, str):
            return self.evaluate(argument)
        if hasattr(argument, "_resolve"):
            return argument._resolve(self.resolve)
        if hasattr(argument, "_described") or isinstance(argument, Column):
            # A mapped_column() of a class body, or a column of a mixin, stands for the column of the table.
            return column_of(argument, self.mapper.local_table)
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
        found = self.evaluate(argument, True) if isinstance(argument, str) else self.resolve(argument)
        if isinstance(found, type) and not hasattr(found, "__mapper__"):
            from .exc import UnmappedClassError

            raise UnmappedClassError(f"Class '{found.__module__}.{found.__name__}' is not mapped")
        return found

    def configure(self):
        value = self.value
        value._is_configured = True
        target = self.target()
        target_entity = target.__mapper__ if isinstance(target, type) else target
        secondary = self._secondary()
        join = value._join
        if join["secondaryjoin"] is not None and secondary is None:
            raise exc.ArgumentError(
                f"Property {value} specified with secondary join condition but no secondary argument"
            )
        value._order_by = self.resolve_list(join["order_by"])
        _lazyscope.orm_configure(
            self.mapper,
            self.key,
            target_entity,
            secondary,
            self._clause(join["primaryjoin"]),
            self._clause(join["secondaryjoin"]),
            self.resolve_list(join["foreign_keys"]),
            self.resolve_list(join["remote_side"]),
            value._order_by,
        )
        if _lazyscope.orm_is_unclear(self.mapper, self.key):
            _warn(
                f"Non-simple column elements in primary join condition for property {value} - consider using remote() "
                "annotations to mark the remote side."
            )
        for column in _lazyscope.orm_misplaced(self.mapper, self.key):
            _warn(
                f"Expression {column} is marked as 'remote', but these column(s) are local to the local side.  The remote() "
                "annotation is needed only for a self-referential relationship where both sides of the relationship refer "
                "to the same tables."
            )
        if value._unknown_strategy is not None:
            from .exc import LoaderStrategyException

            raise LoaderStrategyException(
                f"Can't find strategy (('lazy', {value._unknown_strategy!r}),) for {value}"
            )
        value.secondary = secondary
        if value._options["active_updates"] and _lazyscope.orm_direction(self.mapper, self.key) != "ONETOMANY":
            refuse("relationship(passive_updates=False) other than one-to-many")
        if value.collection_class is not None:
            _lazyscope.orm_shape(self.mapper, self.key, *collections.described(value.collection_class))
        if value.backref is not None:
            self._add_backref(target_entity, secondary)
        elif value.back_populates:
            self._tie(target_entity.class_.__mapper__ if hasattr(target_entity, "class_") else None)
        self._warn_of_overlaps()

    def _secondary(self):
        """The table between the two."""
        if self.value.secondary is None:
            return None
        given = self.value.secondary
        found = self._between(given) if isinstance(given, str) else self.resolve(given)
        if isinstance(found, type) and "__mapper__" in found.__dict__:
            raise exc.ArgumentError(
                f"secondary argument {found} passed to to relationship() {self.value} must be a Table object or other FROM "
                "clause; can't send a mapped class directly as rows in 'secondary' are persisted independently of a class "
                "that is mapped to that same table."
            )
        return found

    def _between(self, name):
        """The table of that name, or the class: the text of `secondary` is nothing more."""
        found = self.registry.metadata.tables.get(name)
        if found is None:
            found = self.known(name)
        if found is None:
            self._refuse(name, name)
        return found

    def _tie(self, mapper):
        """Ties the relationship to the one that leads back."""
        value = self.value
        if mapper is None:
            mapper = _lazyscope.orm_class(_lazyscope.path_target(_lazyscope.path_new(self.mapper, self.key))).__mapper__
        other = mapper.get_property(value.back_populates)
        if not hasattr(other, "backref"):
            raise exc.InvalidRequestError(
                f"back_populates on relationship '{value}' refers to attribute "
                f"'{mapper.class_.__name__}.{value.back_populates}' that is not a relationship.  The back_populates "
                "parameter should refer to the name of a relationship on the target class."
            )
        _lazyscope.orm_reverse(self.mapper, self.key, mapper, value.back_populates)
        back_to = _Configuration(mapper, value.back_populates, other).target()
        back_to = getattr(back_to, "__mapper__", back_to)
        if not _lazyscope.orm_class(back_to).__mapper__.common_parent(self.mapper):
            raise exc.ArgumentError(
                f"reverse_property {value.back_populates!r} on relationship {value} references relationship {other}, which "
                f"does not reference mapper {self.mapper}"
            )
        if other._is_configured and other is not value:
            direction, back = value.direction, other.direction
            if direction is back and direction.name != "MANYTOMANY":
                raise exc.ArgumentError(
                    f"{other} and back-reference {value} are both of the same direction {direction!r}.  Did you mean to set "
                    "remote_side on the many-to-one side ?"
                )

    def _warn_of_overlaps(self):
        """Two relationships that fill one column from different places had better know of each other."""
        value = self.value
        for source, filled, number in _lazyscope.orm_copied(self.mapper, self.key):
            known = _filled.setdefault(number, [])
            others = [
                (other, from_)
                for other, from_ in known
                if other.key not in value._overlaps
                and self.key not in other._overlaps
                and not _lead_back(value, other)
                and (other.key != self.key or not other.parent.common_parent(self.mapper))
                and not _are_apart(value, other)
            ]
            if others:
                copies = ", ".join(sorted(f"'{other}' (copies {from_} to {filled})" for other, from_ in others))
                keys = ",".join(sorted(other.key for other, _ in others))
                _warn(
                    f"relationship '{value}' will copy column {source} to column {filled}, which conflicts with "
                    f"relationship(s): {copies}. If this is not the intention, consider if these relationships should be "
                    "linked with back_populates, or if viewonly=True should be applied to one or more if they are "
                    "read-only. For the less common case that foreign key constraints are partially overlapping, the "
                    "orm.foreign() annotation can be used to isolate the columns that should be written towards.   To "
                    f"silence this warning, add the parameter 'overlaps=\"{keys}\"' to the '{value}' relationship. "
                    "(Background on this warning at: https://sqlalche.me/e/21/qzyx)"
                )
            known.append((value, source))

    def _clause(self, argument):
        return None if argument is None else self.resolve(argument)

    def _add_backref(self, target, secondary):
        from .mapping import add_property
        from .properties import RelationshipProperty

        value = self.value
        name, options = value.backref if isinstance(value.backref, tuple) else (value.backref, {})
        options = dict(options)
        known = [*target.iterate_to_root(), *target.self_and_descendants]
        if any(name in mapper._properties for mapper in known):
            raise exc.ArgumentError(
                f"Error creating backref '{name}' on relationship '{self.mapper.class_.__name__}.{self.key}': property of "
                f"that name exists on mapper '{target}'"
            )
        join = value._join
        primaryjoin, secondaryjoin = _lazyscope.orm_backwards(self.mapper, self.key)
        options.setdefault("primaryjoin", primaryjoin)
        options.setdefault("secondaryjoin", secondaryjoin)
        if join["foreign_keys"] is not None:
            options.setdefault("foreign_keys", join["foreign_keys"])
        for same in ("viewonly", "post_update"):
            if value._options.get(same):
                options.setdefault(same, value._options[same])
        made = RelationshipProperty(self.mapper.class_, secondary, back_populates=self.key, **options)
        value.back_populates = name
        add_property(target, name, made)
        _Configuration(target, name, made).configure()


# Relationships that fill a column, with the column that they fill it from, by the number of the filled one.
_filled = {}


def _are_apart(one, other):
    """Whether classes of two relationships stand beside each other in one hierarchy: no object has both."""
    return any(
        near.is_sibling(far)
        for near in (one.parent, one._target_mapper())
        for far in (other.parent, other._target_mapper())
    )


def _lead_back(one, other):
    """Whether one of two relationships was said to lead back along the other."""
    return _names_back(one, other) or _names_back(other, one)


def _names_back(one, other):
    return one.back_populates == other.key and one._target_mapper() is other.parent
