"""Tables that are made of what a database says of them: `Table(autoload_with=…)`, `MetaData.reflect()`."""

from .. import exc, schema
from ..inspection import inspect
from ..sql.elements import text
from .reflection import Inspector, ObjectKind, ObjectScope

_FACTS = "columns pk_constraint foreign_keys indexes unique_constraints check_constraints table_options".split()


def _inspector(bind):
    return bind if isinstance(bind, Inspector) else inspect(bind)


def _facts(inspector, names, of_schema, kind):
    """What is known of the tables of these names, by fact and name."""
    found = {}
    for fact in _FACTS:
        if fact != "columns" and not found["columns"]:
            found[fact] = {}
            continue
        ask = getattr(inspector, f"get_multi_{fact}")
        answer = ask(schema=of_schema, filter_names=names, kind=kind, scope=ObjectScope.ANY)
        found[fact] = {name: value for (_, name), value in answer.items()}
    return found


class Reflected:
    """What tables of one metadata are made of, while they are being made."""

    def __init__(self, inspector, facts=None, resolve_fks=True):
        self.inspector = inspector
        self.facts = facts
        self.resolve_fks = resolve_fks

    def items(self, name, of_schema, metadata, include=(), exclude=()):
        """The columns and constraints of a table."""
        if self.facts is None or name not in self.facts["columns"]:
            more = _facts(self.inspector, [name], of_schema, ObjectKind.ANY)
            self.facts = self.facts or {fact: {} for fact in _FACTS}
            for fact, answers in more.items():
                self.facts[fact].update(answers)
        if name not in self.facts["columns"]:
            raise exc.NoSuchTableError(name)

        def is_left_out(columns):
            columns = set(columns)
            return bool(include and columns - set(include) or columns & set(exclude))

        key = self.facts["pk_constraint"].get(name) or {"name": None, "constrained_columns": []}
        wanted = [one for one in self.facts["columns"][name] if not is_left_out([one["name"]])]
        in_key = [one for one in key["constrained_columns"] if not is_left_out([one])]
        made = [_column(one, one["name"] in in_key) for one in wanted]
        if in_key:
            made.append(schema.PrimaryKeyConstraint(*in_key, name=key["name"]))
        for one in self.facts["foreign_keys"].get(name, ()):
            if is_left_out(one["constrained_columns"]):
                continue
            self._refer(one, metadata)
            referred = ".".join(filter(None, (one["referred_schema"], one["referred_table"])))
            made.append(
                schema.ForeignKeyConstraint(
                    one["constrained_columns"],
                    [f"{referred}.{column}" for column in one["referred_columns"]],
                    name=one["name"],
                    **one["options"],
                )
            )
        for one in self.facts["indexes"].get(name, ()):
            if not is_left_out(one["column_names"]):
                options = one["dialect_options"]
                made.append(schema.Index(one["name"], *one["column_names"], unique=bool(one["unique"]), **options))
        for one in self.facts["unique_constraints"].get(name, ()):
            if not is_left_out(one["column_names"]):
                made.append(schema.UniqueConstraint(*one["column_names"], name=one["name"]))
        for one in self.facts["check_constraints"].get(name, ()):
            made.append(schema.CheckConstraint(one["sqltext"], name=one["name"]))
        return made

    def _refer(self, key, metadata):
        """The table that a foreign key leads to is there, or is made."""
        table, of_schema = key["referred_table"], key["referred_schema"]
        # One that is being made already leads back here.
        if self.resolve_fks and (f"{of_schema}.{table}" if of_schema else table) not in metadata.tables:
            schema.Table(table, metadata, schema=of_schema, autoload_with=self)


def _column(known, in_key):
    arguments = []
    if "computed" in known:
        arguments.append(schema.Computed(**known["computed"]))
    default = known["default"]
    return schema.Column(
        known["name"],
        known["type"],
        *arguments,
        nullable=known["nullable"],
        primary_key=in_key,
        server_default=None if default is None or arguments else text(default),
    )


def reflected(bind, resolve_fks):
    """What makes tables, of an engine, a connection, or a table that is being made."""
    if isinstance(bind, Reflected):
        return bind
    return Reflected(_inspector(bind), resolve_fks=resolve_fks)


def with_own(items, given):
    """The columns of a table as the database has them, in their places those that the program has given."""
    own = {one.name: one for one in given if isinstance(one, schema.Column)}
    kept = [own.pop(one.name, one) if isinstance(one, schema.Column) else one for one in items]
    replaced = any(isinstance(one, schema.PrimaryKeyConstraint) for one in given)
    kept = [one for one in kept if not (replaced and isinstance(one, schema.PrimaryKeyConstraint))]
    return [*kept, *own.values(), *(one for one in given if not isinstance(one, schema.Column))]


def reflect(metadata, bind, of_schema, views, only, extend_existing, resolve_fks):
    """All tables of a database, or some of them, become tables of the metadata."""
    with _inspector(bind)._over_one_connection() as inspector:
        of_schema = metadata.schema if of_schema is None else of_schema
        available = list(inspector.get_table_names(of_schema))
        kind = ObjectKind.TABLE
        if views:
            kind = ObjectKind.ANY
            available += inspector.get_view_names(of_schema)
        in_schema = f"{of_schema}." if of_schema else ""
        if only is None or callable(only):
            wanted = [name for name in available if only is None or only(name, metadata)]
        else:
            missing = ", ".join(name for name in only if name not in available)
            if missing:
                shown = f" schema '{of_schema}'" if of_schema else ""
                raise exc.InvalidRequestError(
                    f"Could not reflect: requested table(s) not available in {bind.engine!r}{shown}: ({missing})"
                )
            wanted = list(only)
        wanted = [name for name in wanted if extend_existing or in_schema + name not in metadata.tables]
        made = Reflected(inspector, _facts(inspector, wanted, of_schema, kind), resolve_fks)
        for name in wanted:
            schema.Table(name, metadata, schema=of_schema, autoload_with=made, extend_existing=extend_existing)
