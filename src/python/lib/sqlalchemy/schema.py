"""Tables, columns and constraints."""

import functools as _functools
import inspect as _inspect

import _lazyscope

from . import exc
from ._missing import Facade, module_getattr, refuse, refuse_arguments
from .sql.ddl import DDL, BaseDDLElement, CreateTable, DropTable, ExecutableDDLElement  # noqa: F401
from .sql.elements import ColumnElement, TextClause
from .sql.selectable import ColumnCollection, FromClause, TableClause
from .types import TypeEngine, native, to_instance

__getattr__ = module_getattr("sqlalchemy.schema")


class SchemaItem:
    info = None


class FetchedValue(SchemaItem):
    def __init__(self, for_update=False):
        self.for_update = for_update

    def _server_default(self):
        return ("fetched",)


class DefaultClause(FetchedValue):
    def __init__(self, arg, for_update=False, _reflected=False):
        self.arg = arg

    def _server_default(self):
        return _server_default_of(self.arg)


class Computed(FetchedValue):
    def __init__(self, sqltext, persisted=None):
        self.sqltext, self.persisted = sqltext, persisted

    def _server_default(self):
        from .sql.elements import text

        words = text(self.sqltext) if isinstance(self.sqltext, str) else self.sqltext
        return ("computed", words, self.persisted)


class Identity(FetchedValue):
    def __init__(self, *args, **kwargs):
        pass

    def _server_default(self):
        return ("identity",)


class Sequence(SchemaItem):
    def __init__(self, name, *args, **kwargs):
        self.name = name


class ColumnDefault:
    def __init__(self, arg):
        self.arg = arg

    @property
    def is_scalar(self):
        return not self.is_callable and not isinstance(self.arg, _lazyscope.Node)

    @property
    def is_callable(self):
        return callable(self.arg) and not isinstance(self.arg, _lazyscope.Node)


def _server_default_of(value):
    if isinstance(value, FetchedValue):
        return value._server_default()
    if isinstance(value, str):
        return ("text", value)
    return ("sql", value)


def _default_of(value):
    if isinstance(value, (_lazyscope.Node,)) or hasattr(value, "__clause_element__"):
        return ("sql", value)
    if callable(value):
        return ("callable", value)
    return ("scalar", value)


class ForeignKey(SchemaItem):
    def __init__(
        self,
        column,
        _constraint=None,
        use_alter=False,
        name=None,
        onupdate=None,
        ondelete=None,
        deferrable=None,
        initially=None,
        link_to_name=False,
        match=None,
        info=None,
        comment=None,
        _unresolvable=False,
        **dialect_kw,
    ):
        refuse_arguments("ForeignKey", dialect_kw)
        self._colspec = column
        self.constraint = _constraint
        self.use_alter, self.name, self.onupdate, self.ondelete = use_alter, name, onupdate, ondelete
        self.deferrable, self.initially = deferrable, initially
        self.parent = None

    @property
    def target_fullname(self):
        if isinstance(self._colspec, str):
            return self._colspec
        return f"{self._colspec.table.name}.{self._colspec.key}"

    @property
    def column(self):
        if not isinstance(self._colspec, str):
            return self._colspec
        table, _, key = self._colspec.rpartition(".")
        return self.parent.table.metadata.tables[table].c[key]

    def _describe(self):
        described = {
            "name": self.name,
            "ondelete": self.ondelete,
            "onupdate": self.onupdate,
            "initially": self.initially,
            "use_alter": bool(self.use_alter),
            "deferrable": self.deferrable,
        }
        target = self._colspec
        if isinstance(target, str):
            described["target"] = target
        else:
            element = target.__clause_element__() if hasattr(target, "__clause_element__") else target
            if isinstance(element, Column) and element._table is None:
                raise exc.InvalidRequestError(
                    f"this ForeignKey's parent column is not yet associated with a Table."
                )
            described["column"] = element
        return described

    def _copy(self):
        made = ForeignKey(self._colspec)
        made.__dict__.update(self.__dict__)
        made.parent = made.constraint = None
        return made

    def __repr__(self):
        return f"ForeignKey({self.target_fullname!r})"


def check_column_arguments(given):
    """What is no argument of a column names a dialect, or is a mistake."""
    known = set(_inspect.signature(Column.__init__).parameters) | {"name", "type_"}
    _check_dialect_arguments(name for name in given if name not in known)


def _check_dialect_arguments(given):
    for name in given:
        if "_" not in name:
            raise TypeError(f"Additional arguments should be named <dialectname>_<argument>, got {name!r}")


class Column(ColumnElement, SchemaItem):
    """A column of a table; on its own until it has one."""

    _public = "sqlalchemy.Column"
    inherit_cache = True
    __hash__ = ColumnElement.__hash__

    def __init__(
        self,
        name=None,
        type_=None,
        *args,
        autoincrement="auto",
        default=None,
        insert_default=None,
        doc=None,
        key=None,
        index=None,
        unique=None,
        info=None,
        nullable=None,
        onupdate=None,
        primary_key=False,
        server_default=None,
        server_onupdate=None,
        quote=None,
        system=False,
        comment=None,
        _proxies=None,
        **unknown,
    ):
        check_column_arguments(unknown)
        refuse_arguments("Column", unknown)
        args = list(args)
        if type_ is not None:
            args.insert(0, type_)
        if name is not None and not isinstance(name, str):
            args.insert(0, name)
            name = None
        self._name = name
        self._key = key
        self._type = None
        self._foreign = []
        self._constraints = []
        self._table = None
        self._awaits_table = True
        self._computed = None
        for arg in args:
            is_type = isinstance(arg, TypeEngine) or isinstance(arg, type) and issubclass(arg, TypeEngine)
            if is_type and self._type is None:
                self._type = to_instance(arg)
            elif isinstance(arg, ForeignKey):
                self._foreign.append(arg)
                arg.parent = self
            elif isinstance(arg, (Computed, Identity)):
                server_default = arg
                self._computed = arg
            elif isinstance(arg, FetchedValue):
                server_default = arg
            elif isinstance(arg, Constraint):
                self._constraints.append(arg)
            elif isinstance(arg, Sequence) or arg is None:
                pass
            elif callable(arg) and not isinstance(arg, type):
                refuse(f"Column({arg!r})")
            else:
                raise exc.ArgumentError(f"'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got {arg!r}")
        if insert_default is not None:
            default = insert_default
        self._default, self._onupdate = default, onupdate
        self._server_default, self._server_onupdate = server_default, server_onupdate
        self._primary_key = bool(primary_key)
        self._nullable_given = nullable
        self._nullable = (not primary_key) if nullable is None else bool(nullable)
        self._index, self._unique, self._autoincrement = index, unique, autoincrement
        self.doc, self.comment, self._info = doc, comment, info
        self.index, self.unique, self.autoincrement = index, unique, autoincrement

    def _later(self, name, *args):
        from .orm.properties import Later

        return Later(self, name, args)

    # Before it has a table, the column answers for itself; afterwards the same.

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value

    @property
    def key(self):
        return self._key if self._key is not None else self._name

    @key.setter
    def key(self, value):
        self._key = value

    @property
    def type(self):
        if self._type is not None:
            return self._type
        if self._foreign:
            try:
                return self._foreign[0].column.type
            except Exception:
                pass
        return to_instance(None)

    @type.setter
    def type(self, value):
        self._type = to_instance(value)

    @property
    def primary_key(self):
        return self._primary_key

    @property
    def nullable(self):
        return self._nullable

    @nullable.setter
    def nullable(self, value):
        self._nullable = value

    @property
    def default(self):
        return None if self._default is None else ColumnDefault(self._default)

    @property
    def onupdate(self):
        return None if self._onupdate is None else ColumnDefault(self._onupdate)

    @property
    def server_default(self):
        return self._server_default

    @property
    def foreign_keys(self):
        return set(self._foreign)

    @property
    def table(self):
        if self._table is None:
            raise AttributeError("table")
        return self._table

    @property
    def info(self):
        if self._info is None:
            self._info = {}
        return self._info

    def references(self, column):
        return any(key.column is column for key in self._foreign)

    def _set_name(self, name):
        """For a column that was made without a name."""
        self._name = name

    def _describe(self):
        if self._type is None and not self._foreign:
            type_ = None
        else:
            type_ = native(self._type)
        autoincrement = self._autoincrement
        return {
            "name": self._name,
            "key": self.key,
            "type": type_,
            "primary_key": self._primary_key,
            "nullable": bool(self._nullable),
            "index": bool(self._index),
            "unique": bool(self._unique),
            "autoincrement": {True: "true", False: "false"}.get(autoincrement, autoincrement),
            "default": None if self._default is None else _default_of(self._default),
            "onupdate": None if self._onupdate is None else _default_of(self._onupdate),
            "server_default": None if self._server_default is None else _server_default_of(self._server_default),
            "server_onupdate": self._server_onupdate is not None,
            "comment": self.comment,
            "foreign_keys": [key._describe() for key in self._foreign],
        }

    def _copy(self, name=None, **kw):
        """A column of its own with the same description: for mixins, which are mapped more than once."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._foreign = [key._copy() for key in self._foreign]
        for key in made._foreign:
            key.parent = made
        made._table = None
        made._awaits_table = True
        if name is not None:
            made._name = name
        return made

    copy = _copy

    def _take_type(self, metadata):
        """A column without a type has that of the column its foreign key points at."""
        if self._foreign:
            self._take_type_of(self._foreign[0]._colspec, metadata)

    def _take_type_of(self, target, metadata):
        if self._type is not None:
            return
        if isinstance(target, str):
            table, _, key = target.rpartition(".")
            table = metadata.tables.get(table)
            target = table.c.get(key) if table is not None else None
        if target is not None:
            self._type = target.type

    def _attach(self, table):
        self._table = table
        self._awaits_table = False
        _lazyscope.assume(self, _lazyscope.from_column(table, self.key))

    def __str__(self):
        return f"{self._table.name}.{self._name}" if self._table is not None else str(self._name)

    def __repr__(self):
        table = f"<{self._table.name}>" if self._table is not None else None
        keys = [repr(key) for key in self._foreign]
        shown = [repr(self._name), repr(self.type), *keys, f"table={table}"]
        if self._primary_key:
            shown.append("primary_key=True")
        if not self._nullable:
            shown.append("nullable=False")
        return f"Column({', '.join(shown)})"


class _Named(SchemaItem):
    """What has a name in the database: its own, or what the naming convention of its table makes of it."""

    _given_name = None
    # Known once it is part of one.
    table = None

    def _native(self, table):
        raise NotImplementedError

    def _attach(self, table):
        self.table = table


class Constraint(_Named):
    @property
    def name(self):
        if self.table is None:
            return self._given_name
        return _lazyscope.constraint_name(self.table, self._native(self.table))

    @name.setter
    def name(self, value):
        self._given_name = value


def _until_attached(name, attached):
    """An operator of a `Column`, which may stand in a class body before it has its table."""

    @_functools.wraps(attached)
    def operate(self, *args, **kwargs):
        if not self._awaits_table:
            return attached(self, *args, **kwargs)
        from .orm.properties import Later

        return Later(self, name, args)

    return operate


# What an expression can be asked to become.
OPERATORS = """__eq__ __ne__ __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__
__floordiv__ __rfloordiv__ __mod__ __rmod__ __lt__ __le__ __gt__ __ge__ __and__ __or__ __invert__ __neg__ asc desc nulls_first nulls_last concat collate like ilike startswith endswith
contains in_ is_ is_not between cast label op
regexp_match""".split()

for _name in OPERATORS:
    setattr(Column, _name, _until_attached(_name, getattr(Column, _name)))


def _names(item, columns, table):
    """The names of columns that are given as such or by their keys in a table."""
    return [_key_in(item, column, table).name if isinstance(column, str) else _column(column).name for column in columns]


def _key_in(item, key, table):
    column = table._objects.get(key)
    if column is not None:
        return column
    raise exc.ConstraintColumnNotFoundError(
        f"Can't create {type(item).__name__} on table '{table._called}': no column named '{key}' is present."
    )


class ColumnCollectionConstraint(Constraint):
    """A constraint of some columns."""

    _columns = ()

    @property
    def columns(self):
        own = self.table.c
        found = [own[column] if isinstance(column, str) else _column(column) for column in self._columns]
        return ColumnCollection([(column.key, column) for column in found])

    c = columns

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return len(self._columns)

    def __contains__(self, column):
        return any(column is known for known in self)


class PrimaryKeyConstraint(ColumnCollectionConstraint):
    def __init__(self, *columns, name=None, **kw):
        kw.pop("deferrable", None), kw.pop("initially", None), kw.pop("info", None)
        refuse_arguments("PrimaryKeyConstraint", kw)
        self._columns, self._given_name = list(columns), name

    def _native(self, table):
        return _lazyscope.constraint("pk", self._given_name, _names(self, self._columns, table))

    def _attach(self, table):
        """The columns that it names are the key now; without any, those that say so themselves."""
        self.table = table
        for column in self.columns:
            column._primary_key, column._nullable = True, False
        if not self._columns:
            self._columns = [column for column in table._objects.values() if column._primary_key]

    def __repr__(self):
        return f"PrimaryKeyConstraint({', '.join(map(repr, self))})"


class UniqueConstraint(ColumnCollectionConstraint):
    def __init__(self, *columns, name=None, **kw):
        for known in ("deferrable", "initially", "info"):
            kw.pop(known, None)
        refuse_arguments("UniqueConstraint", kw)
        self._columns, self._given_name = columns, name

    def _native(self, table):
        return _lazyscope.constraint("unique", self._given_name, _names(self, self._columns, table))


def _column(part):
    """The column itself, of one that a class body declares."""
    return part if isinstance(part, Column) else part.column


def column_of(part, table):
    """The column of a table that a column of a class body has become."""
    part = _column(part)
    return part if part._table is not None else table.c[part.key]


def _in_table(expression, table):
    """An expression of a class body, as one over the columns that have a table now."""
    if hasattr(expression, "_resolve"):
        return expression._resolve(lambda part: column_of(part, table))
    return expression


def _by_names(expression):
    """The same for a table that is being made: its columns are known by their names alone."""
    from .sql.elements import column

    if hasattr(expression, "_resolve"):
        def by_name(part):
            part = _column(part)
            return column(part.name, part.type)

        return expression._resolve(by_name)
    return expression


class CheckConstraint(Constraint):
    def __init__(self, sqltext, name=None, **kw):
        for known in ("deferrable", "initially", "info", "table", "_create_rule", "_autoattach"):
            kw.pop(known, None)
        refuse_arguments("CheckConstraint", kw)
        self.sqltext, self._given_name = sqltext, name

    def _native(self, table):
        from .sql.elements import text

        words = text(self.sqltext) if isinstance(self.sqltext, str) else _by_names(self.sqltext)
        return _lazyscope.constraint("check", self._given_name, words)


class ForeignKeyConstraint(ColumnCollectionConstraint):
    def __init__(
        self,
        columns,
        refcolumns,
        name=None,
        onupdate=None,
        ondelete=None,
        deferrable=None,
        initially=None,
        use_alter=False,
        link_to_name=False,
        match=None,
        table=None,
        info=None,
        comment=None,
        **dialect_kw,
    ):
        refuse_arguments("ForeignKeyConstraint", dialect_kw)
        how = dict(
            onupdate=onupdate, ondelete=ondelete, deferrable=deferrable, initially=initially, use_alter=use_alter
        )
        self._columns, self._given_name = list(columns), name
        self.elements = [ForeignKey(target, self, name=name, **how) for target in refcolumns]

    @classmethod
    def _of_column(cls, key):
        """The one that a column's own `ForeignKey` stands for."""
        made = cls([key.parent], [], key.name)
        made.elements = [key]
        key.constraint = made
        return made

    def _give_types(self, table, columns, metadata):
        by_name = {column.name: column for column in columns}
        for name, key in zip(_names(self, self._columns, table), self.elements):
            if name in by_name:
                by_name[name]._take_type_of(key._colspec, metadata)

    def _native(self, table):
        pairs = [(column, key._describe()) for column, key in zip(_names(self, self._columns, table), self.elements)]
        return _lazyscope.constraint("fk", self._given_name, pairs)

    def _attach(self, table):
        super()._attach(table)
        for column, key in zip(self.columns, self.elements):
            if key.parent is None:
                key.parent = column
                column._foreign.append(key)

    @property
    def column_keys(self):
        return [column.key for column in self.columns]

    @property
    def referred_table(self):
        return self.elements[0].column.table

    @property
    def ondelete(self):
        return self.elements[0].ondelete

    @property
    def onupdate(self):
        return self.elements[0].onupdate


class Index(_Named):
    def __init__(self, name, *expressions, unique=False, quote=None, info=None, _table=None, _column_flag=False, **kw):
        where = kw.pop("sqlite_where", None)
        for other in [key for key in kw if key.startswith(("postgresql_", "mysql_", "mssql_", "oracle_"))]:
            kw.pop(other)
        refuse_arguments("Index", kw)
        self._given_name, self._expressions, self.unique, self._where = name, expressions, unique, where
        for expression in expressions:
            table = getattr(expression, "_table", None)
            if table is not None:
                self._put_on(table)
                break

    def _put_on(self, table):
        _lazyscope.table_append_index(table, self._native(table))
        self._attach(table)

    def _attach(self, table):
        super()._attach(table)
        table.indexes.add(self)

    @property
    def name(self):
        return self._given_name if self.table is None else _lazyscope.index_name(self.table, self._native(self.table))

    @property
    def expressions(self):
        own = self.table.c
        return [own[one] if isinstance(one, str) else _in_table(one, self.table) for one in self._expressions]

    @property
    def columns(self):
        return ColumnCollection([(one.key, one) for one in self.expressions if isinstance(one, Column)])

    def _native(self, table):
        expressions = []
        for expression in self._expressions:
            if isinstance(expression, str):
                expression = _key_in(self, expression, table)
            expressions.append(_in_table(expression, table))
        return _lazyscope.index(self._given_name, expressions, bool(self.unique), self._where)


class Table(TableClause, SchemaItem):
    """A table of the schema."""

    _public = "sqlalchemy.Table"
    __hash__ = object.__hash__

    def __new__(cls, name=None, metadata=None, *args, **kw):
        if metadata is not None and name is not None:
            full = f"{kw['schema']}.{name}" if kw.get("schema") else name
            known = metadata.tables.get(full)
            if known is not None:
                if kw.get("extend_existing") or not args or kw.get("keep_existing"):
                    return known
        return super().__new__(cls)

    def __init__(self, name, metadata, *args, schema=None, extend_existing=False, keep_existing=False, **kw):
        for known in ("info", "comment", "quote", "quote_schema", "prefixes", "listeners", "implicit_returning", "sqlite_autoincrement", "sqlite_with_rowid", "sqlite_strict"):
            kw.pop(known, None)
        for other in [key for key in kw if key.startswith(("postgresql_", "mysql_", "mssql_", "oracle_"))]:
            kw.pop(other)
        autoload_with = kw.pop("autoload_with", None)
        autoload = kw.pop("include_columns", None) or (), kw.pop("resolve_fks", True)
        kw.pop("autoload_replace", None)
        must_exist = kw.pop("must_exist", False)
        _check_dialect_arguments(kw)
        refuse_arguments("Table", kw)
        if autoload_with is not None:
            args = self._reflected(name, metadata, schema or metadata.schema, args, autoload_with, *autoload)
        if "metadata" in self.__dict__:
            for arg in args:
                if isinstance(arg, Column) and extend_existing:
                    self.append_column(arg, replace_existing=True)
            return
        if must_exist:
            raise exc.InvalidRequestError(f"Table '{name}' not defined")
        self.metadata = metadata
        self.schema = schema or metadata.schema
        full = f"{self.schema}.{name}" if self.schema else name
        columns = [arg for arg in args if isinstance(arg, Column)]
        self._called, self._objects = name, {}
        for column in columns:
            self._take(column)
        for arg in args:
            if isinstance(arg, ForeignKeyConstraint):
                arg._give_types(self, columns, metadata)
        described = [column._describe() for column in columns]
        constraints = [arg for arg in args if isinstance(arg, Constraint)]
        for column in columns:
            constraints.extend(column._constraints)
        for arg in args:
            if not isinstance(arg, (Column, Constraint, Index)):
                raise exc.ArgumentError(f"'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got {arg!r}")
        natives = [each._native(self) for each in constraints]
        _lazyscope.assume(self, _lazyscope.table(metadata, full, described, natives))
        for column in columns:
            column._attach(self)
            self._objects[column.key] = column
        self.indexes = set()
        self.constraints = set()
        keys = [each for each in constraints if isinstance(each, PrimaryKeyConstraint)]
        self._primary_key = keys[0] if keys else PrimaryKeyConstraint()
        for constraint in {self._primary_key, *constraints}:
            constraint._attach(self)
            self.constraints.add(constraint)
        for column in columns:
            self._take_schema_of(column)
        for arg in args:
            if isinstance(arg, Index):
                arg._put_on(self)
        metadata._tables[full] = self

    def _reflected(self, name, metadata, schema, given, bind, include, resolve_fks):
        """What the table is made of where a database says it."""
        from .engine._autoload import reflected, with_own

        full = f"{schema}.{name}" if schema else name
        is_new = full not in metadata._tables
        # It has its place before the tables that it leads to.
        metadata._tables.setdefault(full, None)
        try:
            return with_own(reflected(bind, resolve_fks).items(name, schema, metadata, include), given)
        except BaseException:
            if is_new:
                del metadata._tables[full]
            raise

    def _take_schema_of(self, column):
        """The constraints and the index that a column says it has; the native table knows them of its description."""
        brought = [ForeignKeyConstraint._of_column(key) for key in column._foreign if key.constraint is None]
        if column._index:
            Index(None, column.key, unique=bool(column._unique))._attach(self)
        elif column._unique:
            brought.append(UniqueConstraint(column.key))
        for constraint in brought:
            constraint._attach(self)
            self.constraints.add(constraint)
        check = column.type._check(column)
        if check is not None:
            self.append_constraint(check)

    @property
    def fullname(self):
        return _lazyscope.table_full_name(self)

    @property
    def key(self):
        return _lazyscope.table_full_name(self)

    def _take(self, column):
        """Takes a column in that is to be the table's."""
        if not column.name:
            raise exc.ArgumentError(
                "Column must be constructed with a non-blank name or assign a non-blank .name before adding to a Table."
            )
        if column._table is not None and column._table is not self:
            raise exc.ArgumentError(
                f"Column object '{column.key}' already assigned to Table '{column._table.name}'"
            )
        for known in self._objects.values():
            if known is not column and (known.key == column.key or known.name == column.name):
                by = "key" if known.key == column.key and column.key != column.name else "name"
                raise exc.DuplicateColumnError(
                    f"A column with {by} '{column.key if by == 'key' else column.name}' is already present in table "
                    f"'{self._called}'."
                )
        column._take_type(self.metadata)
        self._objects[column.key] = column

    def append_column(self, column, *, replace_existing=False):
        if replace_existing:
            for known in list(self._objects.values()):
                if column.key == known.key or column.name == known.name:
                    del self._objects[known.key]
        try:
            self._take(column)
        except exc.DuplicateColumnError as error:
            raise exc.DuplicateColumnError(
                f"{error.args[0]} Specify replace_existing=True to Table.append_column() or Table.insert_column() to "
                "replace an existing column."
            ) from error
        _lazyscope.table_append_column(self, column._describe())
        column._attach(self)
        self._columns_cache = None
        if column._primary_key:
            self._primary_key._columns.append(column)
        self._take_schema_of(column)

    def append_constraint(self, constraint):
        _lazyscope.table_append_constraint(self, constraint._native(self))
        constraint._attach(self)
        self.constraints.add(constraint)

    @property
    def foreign_keys(self):
        return {key for column in self._objects.values() for key in column._foreign}

    @property
    def primary_key(self):
        return self._primary_key

    @property
    def foreign_key_constraints(self):
        return {each for each in self.constraints if isinstance(each, ForeignKeyConstraint)}

    def create(self, bind, checkfirst=True):
        from .engine.ddl import create

        create(self, bind, checkfirst)

    def drop(self, bind, checkfirst=True):
        from .engine.ddl import drop

        drop(self, bind, checkfirst)

    def to_metadata(self, *args, **kw):
        refuse("Table.to_metadata")

    def __str__(self):
        return self.fullname

    def __repr__(self):
        columns = "".join(f", {column!r}" for column in self._objects.values())
        return f"Table({self.name!r}, {self.metadata!r}{columns}, schema={self.schema!r})"


def in_order(tables):
    """Tables after those that they refer to, else in the order given; with the names of those that do so in a circle."""
    order, in_cycle = _lazyscope.tables_sorted(tables)
    return [tables[at] for at in order], in_cycle


class MetaData(_lazyscope.Node, Facade, SchemaItem):
    """The tables of a program."""

    _public = "sqlalchemy.MetaData"

    def __init__(self, schema=None, quote_schema=None, naming_convention=None, info=None):
        self.schema = schema
        self.naming_convention = naming_convention
        self.info = info or {}
        self._tables = {}
        convention = {}
        for kind, template in (naming_convention or {}).items():
            kind = _CONVENTIONS.get(kind, kind)
            if not isinstance(kind, str) or callable(template):
                refuse("MetaData(naming_convention=…) with functions")
            convention[kind] = template
        _lazyscope.assume(self, _lazyscope.metadata(convention))

    @property
    def tables(self):
        return self._tables

    @property
    def sorted_tables(self):
        tables, in_cycle = in_order(sorted(self._tables.values(), key=lambda table: table.key))
        if in_cycle:
            from .engine._host import warn

            warn(
                f'Cannot correctly sort tables; there are unresolvable cycles between tables "{", ".join(in_cycle)}", which is '
                "usually caused by mutually dependent foreign key constraints.  Foreign key constraints involving these tables "
                "will not be considered; this warning may raise an error in a future release."
            )
        return tables

    def __contains__(self, name):
        return (name if isinstance(name, str) else name.key) in self._tables

    def create_all(self, bind, tables=None, checkfirst=True):
        from .engine.ddl import create_all

        create_all(self, bind, tables, checkfirst)

    def drop_all(self, bind, tables=None, checkfirst=True):
        from .engine.ddl import drop_all

        drop_all(self, bind, tables, checkfirst)

    def remove(self, table):
        _lazyscope.metadata_remove(self, table)
        self._tables.pop(table.key, None)

    def clear(self):
        for table in list(self._tables.values()):
            self.remove(table)

    def reflect(
        self, bind, schema=None, views=False, only=None, extend_existing=False, autoload_replace=True, resolve_fks=True,
        **dialect_kwargs,
    ):
        from .engine._autoload import reflect

        reflect(self, bind, schema, views, only, extend_existing, resolve_fks)

    def __repr__(self):
        return "MetaData()"


_CONVENTIONS = {}
_lazyscope.register("metadata", MetaData)
for _kind in ("constraint", "index", "registry"):
    _lazyscope.register(_kind, _lazyscope.Node)


_CONVENTIONS.update(
    {
        Index: "ix",
        UniqueConstraint: "uq",
        CheckConstraint: "ck",
        ForeignKeyConstraint: "fk",
        PrimaryKeyConstraint: "pk",
    }
)
