"""Database URLs. Whatever they name, an embedded SQLite answers."""

import re
from collections import namedtuple

from .. import exc

_PATTERN = re.compile(
    r"""(?P<name>[\w\+]+)://
    (?:(?P<username>[^:/]*)(?::(?P<password>[^@]*))?@)?
    (?:(?:\[(?P<ipv6host>[^/\?]+)\]|(?P<ipv4host>[^/:\?]+))?(?::(?P<port>[^/\?]*))?)?
    (?:/(?P<database>[^\?]*))?(?:\?(?P<query>.*))?$""",
    re.X,
)


# The databases that SQLAlchemy knows by itself, and for the one that answers here the drivers too.
_BACKENDS = frozenset("sqlite postgresql mysql mariadb oracle mssql".split())
_SQLITE_DRIVERS = frozenset("pysqlite aiosqlite pysqlcipher pysqlite_numeric".split())


class URL(namedtuple("URL", ["drivername", "username", "password", "host", "port", "database", "query"])):
    @classmethod
    def create(cls, drivername, username=None, password=None, host=None, port=None, database=None, query=None):
        return cls(drivername, username, password, host, port, database, dict(query or {}))

    def get_backend_name(self):
        return self.drivername.split("+")[0]

    def get_driver_name(self):
        backend, _, driver = self.drivername.partition("+")
        return driver or {"sqlite": "pysqlite", "postgresql": "psycopg2", "mysql": "mysqldb"}.get(backend, backend)

    def _check_backend(self):
        backend, _, driver = self.drivername.partition("+")
        if backend not in _BACKENDS or backend == "sqlite" and driver and driver not in _SQLITE_DRIVERS:
            raise exc.NoSuchModuleError(f"Can't load plugin: sqlalchemy.dialects:{self.drivername.replace('+', '.')}")

    def set(self, **kw):
        return self._replace(**{key: value for key, value in kw.items() if value is not None})

    def render_as_string(self, hide_password=True):
        words = f"{self.drivername}://"
        if self.username is not None:
            words += self.username
            if self.password is not None:
                words += ":" + ("***" if hide_password else str(self.password))
            words += "@"
        if self.host is not None:
            words += f"[{self.host}]" if ":" in self.host else self.host
        if self.port is not None:
            words += f":{self.port}"
        if self.database is not None:
            words += f"/{self.database}"
        if self.query:
            words += "?" + "&".join(f"{key}={value}" for key, value in sorted(self.query.items()))
        return words

    def __str__(self):
        return self.render_as_string(False)

    def __repr__(self):
        return self.render_as_string()


def make_url(name_or_url):
    if isinstance(name_or_url, URL):
        return name_or_url
    if not isinstance(name_or_url, str):
        raise exc.ArgumentError(f"Expected string or URL object, got {name_or_url!r}")
    match = _PATTERN.match(name_or_url)
    if match is None:
        raise exc.ArgumentError("Could not parse SQLAlchemy URL from given URL string")
    found = match.groupdict()
    query = {}
    if found["query"]:
        for part in found["query"].split("&"):
            key, _, value = part.partition("=")
            query[key] = value
    port = found["port"]
    return URL(
        found["name"],
        found["username"],
        found["password"],
        found["ipv4host"] or found["ipv6host"],
        int(port) if port else None,
        found["database"],
        query,
    )
