"""What a database says of its own schema: `inspect(engine)`."""

import contextlib
import enum
import re

import _lazyscope

from .. import exc, types
from .._missing import Facade, module_getattr
from ..sql.elements import text
from . import _host

__getattr__ = module_getattr("sqlalchemy.engine.reflection")


class ObjectKind(enum.Flag):
    TABLE = enum.auto()
    VIEW = enum.auto()
    MATERIALIZED_VIEW = enum.auto()
    ANY_VIEW = VIEW | MATERIALIZED_VIEW
    ANY = TABLE | VIEW | MATERIALIZED_VIEW


class ObjectScope(enum.Flag):
    DEFAULT = enum.auto()
    TEMPORARY = enum.auto()
    ANY = DEFAULT | TEMPORARY


# The types of columns by the words that stand in a schema.
_TYPES = {
    "BIGINT": types.BIGINT,
    "BLOB": types.BLOB,
    "BOOL": types.BOOLEAN,
    "BOOLEAN": types.BOOLEAN,
    "CHAR": types.CHAR,
    "DATE": types.DATE,
    "DATE_CHAR": types.DATE,
    "DATETIME": types.DATETIME,
    "DATETIME_CHAR": types.DATETIME,
    "DOUBLE": types.DOUBLE,
    "DECIMAL": types.DECIMAL,
    "FLOAT": types.FLOAT,
    "INT": types.INTEGER,
    "INTEGER": types.INTEGER,
    "JSON": types.JSON,
    "NUMERIC": types.NUMERIC,
    "REAL": types.REAL,
    "SMALLINT": types.SMALLINT,
    "TEXT": types.TEXT,
    "TIME": types.TIME,
    "TIME_CHAR": types.TIME,
    "TIMESTAMP": types.TIMESTAMP,
    "VARCHAR": types.VARCHAR,
    "NVARCHAR": types.NVARCHAR,
    "NCHAR": types.NCHAR,
}
# By a part of the word, as SQLite itself goes by it; the first that fits.
_AFFINITIES = (("INT", types.INTEGER), ("CHAR", types.TEXT), ("CLOB", types.TEXT), ("TEXT", types.TEXT))
_LATER_AFFINITIES = (("REAL", types.REAL), ("FLOA", types.REAL), ("DOUB", types.REAL))


def _type_of(declared):
    """The type of a column that was declared with these words."""
    match = re.match(r"([\w ]+)(\(.*?\))?", declared)
    word, arguments = match.groups() if match else ("", "")
    cls = _TYPES.get(word) or next((cls for part, cls in _AFFINITIES if part in word), None)
    if cls is None and ("BLOB" in word or not word):
        cls = types.NullType
    if cls is None:
        cls = next((cls for part, cls in _LATER_AFFINITIES if part in word), types.NUMERIC)
    numbers = re.findall(r"(\d+)", arguments or "")
    try:
        return cls(*[int(number) for number in numbers])
    except TypeError:
        _host.warn(f"Could not instantiate type {cls} with reflected arguments {numbers}; using no arguments.")
        return cls()


def _remembered(method):
    """An answer is kept, and given again as it is."""

    def ask(self, *arguments, **options):
        key = method.__name__, arguments, tuple(sorted(options.items()))
        if key not in self.known:
            self.known[key] = method(self, *arguments, **options)
        return self.known[key]

    return ask


class _Asked:
    """The questions to one connection, with the answers so far."""

    def __init__(self, connection, known):
        self.connection = connection
        self.known = known

    def _rows(self, sql, *parameters):
        return self.connection.exec_driver_sql(sql, parameters or None).fetchall()

    def _pragma(self, fact, table, schema):
        for sql in _lazyscope.reflect_pragmas(fact, schema, table):
            rows = self._rows(sql)
            if rows:
                return rows
        return []

    def _unless_missing(self, found, table, schema, otherwise):
        if not found and not self.has_table(table, schema):
            raise exc.NoSuchTableError(f"{schema}.{table}" if schema else table)
        return found or otherwise

    @_remembered
    def schemas(self):
        rows = self._rows(_lazyscope.reflect_text("schemas", None))
        return [row[1] for row in rows if row[1] != "temp"]

    @_remembered
    def names(self, which, schema, internal):
        return [row[0] for row in self._rows(_lazyscope.reflect_names(which, schema, internal))]

    @_remembered
    def has_table(self, table, schema):
        if schema is not None and schema not in self.schemas():
            return False
        return bool(self._pragma("table_info", table, schema))

    def text_anew(self, table, schema):
        """The text that made the table."""
        rows = self._rows(_lazyscope.reflect_text("table", schema), table)
        found = rows[0][0] if rows else None
        if found is None and table not in ("sqlite_schema", "sqlite_master", "sqlite_temp_schema", "sqlite_temp_master"):
            raise exc.NoSuchTableError(f'"{schema}".{table}' if schema else table)
        return found

    text = _remembered(text_anew)

    @_remembered
    def view(self, name, schema):
        rows = self._rows(_lazyscope.reflect_text("view", schema), name)
        if not rows:
            raise exc.NoSuchTableError(f"{schema}.{name}" if schema else name)
        return rows[0][0]

    @_remembered
    def columns(self, table, schema):
        found = [self._column(row, table, schema) for row in self._pragma("table_xinfo", table, schema) if row[6] != 1]
        return self._unless_missing(found, table, schema, [])

    def _column(self, row, table, schema):
        _, name, declared, not_null, default, key, hidden = row[:7]
        declared = declared.upper()
        if hidden:
            declared = declared.replace("GENERATED", "").replace("ALWAYS", "").strip()
        column = {
            "name": name,
            "type": _type_of(declared),
            "nullable": not not_null,
            "default": None if default is None else str(default),
            "primary_key": key,
        }
        if hidden:
            sqltext = _lazyscope.reflect_facts("generated", self.text(table, schema), name)
            column["computed"] = {"sqltext": sqltext or "", "persisted": hidden == 3}
        return column

    @_remembered
    def primary_key(self, table, schema):
        made = self.text_anew(table, schema)
        name = _lazyscope.reflect_facts("primary_key", made, None) if made else None
        columns = sorted(
            (column for column in self.columns(table, schema) if column["primary_key"]),
            key=lambda column: column["primary_key"],
        )
        if not columns:
            return {"name": None, "constrained_columns": []}
        return {"constrained_columns": [column["name"] for column in columns], "name": name}

    @_remembered
    def foreign_keys(self, table, schema):
        known = {}
        for row in self._pragma("foreign_key_list", table, schema):
            number, referred_table, local, remote = row[0], row[2], row[3], row[4]
            key = known.get(number)
            if key is None:
                key = known[number] = {
                    "name": None,
                    "constrained_columns": [],
                    "referred_schema": schema,
                    "referred_table": referred_table,
                    "referred_columns": [] if remote else self._key_of(referred_table, schema),
                    "options": {},
                }
            key["constrained_columns"].append(local)
            if remote:
                key["referred_columns"].append(remote)

        def signature(columns, referred_table, referred):
            return (*columns, referred_table, *referred)

        known = {
            signature(key["constrained_columns"], key["referred_table"], key["referred_columns"]): key
            for key in known.values()
        }
        made = self.text_anew(table, schema)
        found = []
        for name, columns, referred_table, referred, options in _lazyscope.reflect_facts("foreign_keys", made or "", None):
            written = signature(columns, referred_table, referred)
            if written not in known:
                _host.warn(
                    f"WARNING: SQL-parsed foreign key constraint '{written}' could not be located in PRAGMA foreign_keys for "
                    f"table {table}"
                )
                continue
            key = known.pop(written)
            key["name"], key["options"] = name, options
            found.append(key)
        # What is left is written beside its column, and has no name.
        return [*found, *known.values()]

    def _key_of(self, table, schema):
        try:
            return list(self.primary_key(table, schema)["constrained_columns"])
        except exc.NoSuchTableError:
            return []

    @_remembered
    def indexes(self, table, schema, automatic=False):
        found = []
        for row in self._pragma("index_list", table, schema):
            name, unique, is_partial = row[1], row[2], len(row) >= 5 and row[4]
            if name.startswith("sqlite_autoindex") and not automatic:
                continue
            index = {"name": name, "column_names": [], "unique": unique, "dialect_options": {}}
            found.append(index)
            if is_partial:
                made = self._rows(_lazyscope.reflect_text("index", schema), name)[0][0]
                predicate = _lazyscope.reflect_facts("predicate", made, None)
                if predicate is None:
                    _host.warn(f"Failed to look up filter predicate of partial index {name}")
                else:
                    index["dialect_options"]["sqlite_where"] = text(predicate)
        for index in list(found):
            columns = [row[2] for row in self._pragma("index_info", index["name"], schema)]
            if None in columns:
                _host.warn(f"Skipped unsupported reflection of expression-based index {index['name']}")
                found.remove(index)
            else:
                index["column_names"] += columns
        found.sort(key=lambda index: index["name"])
        return self._unless_missing(found, table, schema, [])

    @_remembered
    def unique_constraints(self, table, schema):
        own = self.indexes(table, schema, automatic=True)
        by_columns = {
            tuple(index["column_names"]): index for index in own if index["name"].startswith("sqlite_autoindex")
        }
        made = self.text(table, schema)
        found = []
        for name, columns in _lazyscope.reflect_facts("uniques", made or "", None):
            if by_columns.pop(tuple(columns), None) is not None:
                found.append({"name": name, "column_names": columns})
        return found

    @_remembered
    def check_constraints(self, table, schema):
        checks = _lazyscope.reflect_facts("checks", self.text(table, schema) or "", None)
        found = [{"sqltext": sqltext, "name": name} for name, sqltext in checks]
        return sorted(found, key=lambda check: check["name"] or "~")

    @_remembered
    def options(self, table, schema):
        without_rowid, strict = _lazyscope.reflect_facts("options", self.text(table, schema) or "", None)
        found = {}
        if without_rowid:
            found["sqlite_with_rowid"] = False
        if strict:
            found["sqlite_strict"] = True
        return found


class Inspector(Facade):
    """What there is in a database: names of tables, their columns, keys and constraints."""

    _public = "Inspector"

    def __init__(self, bind):
        from .base import Engine

        self.bind = bind
        self.engine = bind.engine
        self.info_cache = {}
        self._connects = isinstance(bind, Engine)
        if self._connects:
            bind.connect().close()

    @classmethod
    def from_engine(cls, bind):
        return cls(bind)

    @property
    def dialect(self):
        return self.engine.dialect

    @property
    def default_schema_name(self):
        return "main"

    def clear_cache(self):
        self.info_cache.clear()

    @contextlib.contextmanager
    def _asked(self):
        if not self._connects:
            yield _Asked(self.bind, self.info_cache)
            return
        with self.bind.connect() as connection:
            yield _Asked(connection, self.info_cache)

    @contextlib.contextmanager
    def _over_one_connection(self):
        """An inspector whose questions all go over one connection, with the answers so far."""
        if not self._connects:
            yield self
            return
        with self.bind.connect() as connection:
            made = Inspector(connection)
            made.info_cache = self.info_cache
            yield made

    def get_schema_names(self, **kw):
        with self._asked() as asked:
            return asked.schemas()

    def get_table_names(self, schema=None, sqlite_include_internal=False, **kw):
        with self._asked() as asked:
            return asked.names("tables", schema, sqlite_include_internal)

    def get_view_names(self, schema=None, sqlite_include_internal=False, **kw):
        with self._asked() as asked:
            return asked.names("views", schema, sqlite_include_internal)

    def get_temp_table_names(self, sqlite_include_internal=False, **kw):
        with self._asked() as asked:
            return asked.names("temp_tables", None, sqlite_include_internal)

    def get_temp_view_names(self, sqlite_include_internal=False, **kw):
        with self._asked() as asked:
            return asked.names("temp_views", None, sqlite_include_internal)

    def get_view_definition(self, view_name, schema=None, **kw):
        with self._asked() as asked:
            return asked.view(view_name, schema)

    def has_table(self, table_name, schema=None, **kw):
        with self._asked() as asked:
            return asked.has_table(table_name, schema)

    def has_schema(self, schema_name, **kw):
        return schema_name in self.get_schema_names()

    def has_index(self, table_name, index_name, schema=None, **kw):
        with self._asked() as asked:
            if not asked.has_table(table_name, schema):
                return False
            return any(index["name"] == index_name for index in asked.indexes(table_name, schema))

    def get_table_comment(self, table_name, schema=None, **kw):
        raise NotImplementedError()


def _question(what):
    def ask(self, table_name, schema=None, **kw):
        with self._asked() as asked:
            return getattr(asked, what)(table_name, schema)

    return ask


def _kinds(kind, scope):
    """Which names are looked for."""
    if ObjectScope.DEFAULT in scope:
        yield from ["tables"] if ObjectKind.TABLE in kind else []
        yield from ["views"] if ObjectKind.VIEW in kind else []
    if ObjectScope.TEMPORARY in scope:
        yield from ["temp_tables"] if ObjectKind.TABLE in kind else []
        yield from ["temp_views"] if ObjectKind.VIEW in kind else []


def _question_of_all(what):
    def ask(self, schema=None, filter_names=None, kind=ObjectKind.TABLE, scope=ObjectScope.DEFAULT, **kw):
        with self._asked() as asked:
            wanted = list(filter_names or ())
            # What is asked for by name alone is not looked for first.
            if not wanted or kind is not ObjectKind.ANY or scope is not ObjectScope.ANY:
                known = [name for which in _kinds(kind, scope) for name in asked.names(which, schema, False)]
                wanted = [name for name in known if not wanted or name in wanted]
            found = {}
            for name in wanted:
                try:
                    found[schema, name] = getattr(asked, what)(name, schema)
                except exc.NoSuchTableError:
                    continue
            return found

    return ask


for _name, _what in {
    "columns": "columns",
    "pk_constraint": "primary_key",
    "foreign_keys": "foreign_keys",
    "indexes": "indexes",
    "unique_constraints": "unique_constraints",
    "check_constraints": "check_constraints",
    "table_options": "options",
}.items():
    for _method, _made in ((f"get_{_name}", _question(_what)), (f"get_multi_{_name}", _question_of_all(_what))):
        _made.__name__ = _method
        setattr(Inspector, _method, _made)
