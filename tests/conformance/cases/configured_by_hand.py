# Warnings of configuration, asked for and not
# strategies: none
import warnings
from sqlalchemy import Column, ForeignKey, Integer, Table, cast, select
from sqlalchemy.orm import *


def mapped():
    class Base(DeclarativeBase): ...
    link = Table("link", Base.metadata, Column("l_id", ForeignKey("l.id"), primary_key=True), Column("r_id", ForeignKey("r.id"), primary_key=True))
    class L(Base):
        __tablename__ = "l"
        id: Mapped[int] = mapped_column(primary_key=True)
        rs: Mapped[list["R"]] = relationship(secondary=link)
    class R(Base):
        __tablename__ = "r"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        ls: Mapped[list[L]] = relationship(secondary=link)
        named: Mapped[list[L]] = relationship(primaryjoin=lambda: cast(R.name, Integer) == foreign(remote(L.id)), overlaps="ls,rs")
    return L


def caught(function):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function()
    for warning in found:
        print(warning.message)


L = mapped()
caught(configure_mappers)
L = mapped()
caught(L.registry.configure)
L = mapped()
caught(L)
L = mapped()
caught(lambda: select(L).join(L.rs).compile())
