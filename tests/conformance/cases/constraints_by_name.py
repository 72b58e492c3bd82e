# Constraints, indexes and keys as a program looks at them, and keys and defaults that the mapping says
# strategies: none
from sqlalchemy import (
    CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, MetaData, PrimaryKeyConstraint, String,
    Table, UniqueConstraint, create_engine, func, inspect, select, text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Seat(Base):
    __tablename__ = "seats"
    __table_args__ = (
        CheckConstraint("number > 0", name="positive"),
        Index(None, "number"),
        UniqueConstraint("hall", "number"),
        PrimaryKeyConstraint("hall", "number"),
    )
    hall: Mapped[str]
    number: Mapped[int]
    code: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str | None] = mapped_column(index=True)


class Ticket(Base):
    __tablename__ = "tickets"
    __table_args__ = (ForeignKeyConstraint(["hall", "number"], ["seats.hall", "seats.number"], ondelete="CASCADE"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall: Mapped[str]
    number: Mapped[int]
    before_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))


for mapped in (Seat, Ticket):
    table = mapped.__table__
    print(sorted((type(one).__name__, str(one.name)) for one in table.constraints))
    print(sorted((str(one.name), one.unique, [column.name for column in one.columns]) for one in table.indexes))
    print(table.primary_key.name, [column.name for column in table.primary_key], [c.name for c in inspect(mapped).primary_key])
    print([(column.name, column.primary_key, column.nullable) for column in table.c])
    for key in sorted(table.foreign_key_constraints, key=lambda one: one.column_keys):
        print(key.column_keys, key.referred_table, [one.target_fullname for one in key.elements], key.ondelete)
    print(sorted(key.target_fullname for key in table.foreign_keys))
plain = Table("plain", MetaData(), Column("x", Integer, index=True, unique=True), Column("y", String, unique=True))
print(sorted(str(one.name) for one in plain.indexes), sorted(str(one.name) for one in plain.constraints))
print(len(plain.primary_key), [column for column in plain.primary_key], plain.primary_key.columns.keys())


class View(Base):
    __tablename__ = "views"
    id_ = mapped_column("id", Integer)
    name: Mapped[str]
    __mapper_args__ = {"primary_key": [id_]}


class Lazy(Base):
    __tablename__ = "lazy"
    __mapper_args__ = {"eager_defaults": False}
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default=text("'new'"))
    low: Mapped[str] = mapped_column(default=func.lower("ZZ"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Seat(hall="a", number=1), Ticket(hall="a", number=1), View(id_=4, name="v")])
    session.add_all([Lazy(), Lazy()])
    session.flush()
    for lazy in session.new or session.scalars(select(Lazy).order_by(Lazy.id)):
        print(lazy.id, lazy.state, lazy.low)
    one = Lazy()
    session.add(one)
    session.commit()
    print(one.state, session.get(View, 4).name, session.get(Seat, ("a", 1)).hall, inspect(View).primary_key)
