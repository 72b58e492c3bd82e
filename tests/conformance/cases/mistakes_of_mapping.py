# what declarations of tables, columns and relationships are refused for, and what they are warned of
# strategies: none
import gc
from typing import List, Literal

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column, relationship


def attempt(what):
    try:
        what()
    except Exception as error:
        print(what.__name__, type(error).__name__, str(error).partition("(Background")[0].strip())
    else:
        print(what.__name__)
    gc.collect()


def club(members):
    """Two classes, the second with a foreign key to the first; the first has the relationship that is given."""

    class Base(DeclarativeBase):
        pass

    class Club(Base):
        __tablename__ = "clubs"
        id: Mapped[int] = mapped_column(primary_key=True)
        members: Mapped[List["Member"]] = members

    class Member(Base):
        __tablename__ = "members"
        id: Mapped[int] = mapped_column(primary_key=True)
        club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))

    configure_mappers()


def mapped(**attributes):
    base = type("Base", (DeclarativeBase,), {})
    return type("Thing", (base,), {"__tablename__": "things", "id": Column(Integer, primary_key=True), **attributes})


def unknown_cascade():
    relationship("Member", cascade="all, purge, drop")


def orphans_without_delete():
    club(relationship(cascade="save-update, delete-orphan"))


def no_cascade():
    club(relationship(cascade="none, all"))


def two_ways_back():
    relationship("Member", backref="club", back_populates="club")


def view_that_deletes():
    club(relationship(viewonly=True, passive_deletes=True))


def view_that_synchronizes():
    relationship("Member", viewonly=True, sync_backref=True)


def database_deletes_all():
    club(relationship(passive_deletes="all", cascade="all"))


def second_join_alone():
    club(relationship(secondaryjoin="Club.id == Member.club_id"))


def near_column_called_remote():
    club(relationship(primaryjoin="remote(Club.id) == foreign(Member.club_id)"))


def omitted_join():
    club(relationship(omit_join=True))


def comma_behind_a_column():
    print(mapped(name=(Column(String),)).__table__.c.keys())


def column_of_two_names():
    column = Column(Integer)
    print(mapped(first=column, second=column).__table__.c.keys())


def arguments_in_a_list():
    mapped(__table_args__=[UniqueConstraint("id")])


def unknown_argument():
    mapped(__table_args__={"colour": "red"})


def unique_of_nothing():
    mapped(__table_args__=(UniqueConstraint("name"),))


def index_of_nothing():
    mapped(__table_args__=(Index("by_name", "name"),))


def column_beyond_the_table():
    table = Table("things", MetaData(), Column("id", Integer, primary_key=True))
    mapped(__table__=table, __tablename__=None, id=table.c.id, more=Column(Integer))


def type_of_sql():
    class Base(DeclarativeBase):
        pass

    class Thing(Base):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[String]


def words_that_are_numbers():
    class Base(DeclarativeBase):
        pass

    class Thing(Base):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)
        state: Mapped[Literal["on", 0]]


def same_column_twice():
    Table("t", MetaData(), Column("x", Integer), Column("x", String))


def same_key_twice():
    Table("t", MetaData(), Column("x", Integer), Column("y", String, key="x"))


def column_without_name():
    Table("t", MetaData(), Column(Integer))


def column_added_twice():
    table = Table("t", MetaData(), Column("x", Integer))
    table.append_column(Column("x", String))


def column_of_two_types():
    Column("x", Integer, String)


def column_of_two_tables():
    column = Column("x", Integer)
    Table("t", MetaData(), column)
    Table("u", MetaData(), column)


for what in [
    unknown_cascade, orphans_without_delete, no_cascade, two_ways_back, view_that_deletes, view_that_synchronizes,
    database_deletes_all, second_join_alone, near_column_called_remote, omitted_join, comma_behind_a_column,
    column_of_two_names, arguments_in_a_list, unknown_argument, unique_of_nothing, index_of_nothing,
    column_beyond_the_table, type_of_sql, words_that_are_numbers, same_column_twice, same_key_twice, column_without_name,
    column_added_twice, column_of_two_types, column_of_two_tables,
]:
    attempt(what)
