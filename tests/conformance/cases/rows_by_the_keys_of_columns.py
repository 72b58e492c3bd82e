# Rows answer to the keys of their columns, and to a column's name behind that of its table
# strategies: none
from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Column, Identity, Integer, MetaData, String, Table, create_engine
from sqlalchemy import func, insert, literal, select, text, union_all
from sqlalchemy.orm import DeclarativeBase, Session

metadata = MetaData()
address = Table(
    "address",
    metadata,
    Column("id", Integer, Identity(start=1), primary_key=True),
    Column("email", String, key="mail"),
    Column("town", String, key="place"),
    Column("post", Integer, key="town"),
)
engine = create_engine("sqlite://")
metadata.create_all(engine)


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


with engine.begin() as connection:
    result = connection.execute(address.insert().values(mail="w", place="Linz", town=4020))
    print(result.inserted_primary_key, result.lastrowid)
    rows = [{"mail": "x", "place": "Graz", "town": 8010}, {"mail": "y", "place": "Wien", "town": 1010}]
    connection.execute(insert(address), rows)
    for statement in (
        select(address),
        select(address.c.mail, address.c.place),
        select(address.c.place, address.c.town),
        select(address.c.town, address.c.place),
        select(address.c.mail.label("z")),
        select(select(address).subquery()),
        select(address.alias()),
        select(address).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL),
        select(address.c.mail, literal(3).label("mail")),
        union_all(select(address), select(address)),
        text("select id, email from address").columns(address.c.id, address.c.mail),
        insert(address).values(mail="q").returning(address.c.mail, address.c.id),
        select(func.lower(address.c.mail)),
        select(address.c.mail, address.c.mail),
    ):
        result = connection.execute(statement)
        print("--", list(result.keys()))
        row = result.first()
        print(row._fields, dict(row._mapping))
        for name in ("mail", "email", "place", "town", "post", "z", "address_email", "address_mail"):
            attempt(lambda: (name, name in row._mapping, row._mapping.get(name), getattr(row, name)))
        attempt(lambda: row._mapping["mail"])
    attempt(lambda: connection.execute(select(address)).scalars("mail").all())
    attempt(lambda: connection.execute(select(address)).columns("mail", "id").all())
    attempt(lambda: connection.execute(select(address)).columns("mail", "id").first().mail)
    attempt(lambda: connection.execute(select(address)).mappings().first()["mail"])
    attempt(lambda: connection.execute(select(address)).mappings().columns("mail").first()["mail"])


class Base(DeclarativeBase):
    metadata = metadata


class Address(Base):
    __table__ = address


with Session(engine) as session:
    for statement in (select(address), select(Address.mail, Address.place), select(Address.__table__)):
        row = session.execute(statement).first()
        print(row._fields)
        attempt(lambda: row.mail)
        attempt(lambda: row.email)
    row = session.query(Address.mail).first()
    print(row._fields)
    attempt(lambda: row.email)
