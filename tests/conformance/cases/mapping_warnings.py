# Warnings of mappings
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


def base():
    class Base(DeclarativeBase):
        pass
    return Base


def overlaps():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship()

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        a: Mapped["A"] = relationship()
    A()


def overlaps_allowed():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship()

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        a: Mapped["A"] = relationship(overlaps="bs")
        again: Mapped["A"] = relationship(viewonly=True)
    A()


def overlaps_secondary():
    B = base()
    s = Table("s", B.metadata, Column("a_id", ForeignKey("a.id"), primary_key=True), Column("b_id", ForeignKey("b.id"), primary_key=True))

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(secondary=s)

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        aas: Mapped[list["A"]] = relationship(secondary=s)
    A()


def association():
    B = base()

    class Assoc(B):
        __tablename__ = "s"
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"), primary_key=True)
        b_id: Mapped[int] = mapped_column(ForeignKey("b.id"), primary_key=True)
        b: Mapped["Bee"] = relationship()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        links: Mapped[list["Assoc"]] = relationship()
        bs: Mapped[list["Bee"]] = relationship(secondary="s")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
    A()


def cycle():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b_id: Mapped[int] = mapped_column(ForeignKey("b.id"))

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    engine = create_engine("sqlite://")
    B.metadata.create_all(engine)
    print([table.name for table in B.metadata.sorted_tables])
    attempt(lambda: B.metadata.drop_all(engine))


def same_class_name():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)

    class A(B):
        __tablename__ = "a2"
        id: Mapped[int] = mapped_column(primary_key=True)


def like_a_column():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        text: Mapped[str] = column_property(Column(String))
    A(name="a")


def flush_orphan():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(cascade="all, delete-orphan", back_populates="a")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        a: Mapped["A"] = relationship(back_populates="bs")
    engine = create_engine("sqlite://")
    B.metadata.create_all(engine)
    with Session(engine) as session:
        bee = Bee()
        session.add(bee)
        attempt(session.flush)
        session.rollback()
        a = A()
        session.add(a)
        session.flush()
        with session.no_autoflush:
            other = Bee(a=a)
        session.delete(a)
        session.flush()
        session.add(A(id=7))
        session.flush()
        session.add(A(id=7))
        attempt(session.flush)


def circular(session):
    try:
        session.flush()
    except Exception as error:
        print(type(error).__name__)


def cyclic_rows():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b_id: Mapped[int | None] = mapped_column(ForeignKey("b.id"))
        b: Mapped["Bee"] = relationship(foreign_keys=b_id)

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
        a: Mapped["A"] = relationship(foreign_keys=a_id)
    engine = create_engine("sqlite://")
    B.metadata.create_all(engine)
    with Session(engine) as session:
        a, b = A(), Bee()
        a.b, b.a = b, a
        session.add(a)
        circular(session)


def cyclic_self():
    B = base()

    class Node(B):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
        parent: Mapped["Node"] = relationship(remote_side=id)
    engine = create_engine("sqlite://")
    B.metadata.create_all(engine)
    with Session(engine) as session:
        a, b = Node(), Node()
        a.parent, b.parent = b, a
        session.add(a)
        circular(session)


for function in [overlaps, overlaps_allowed, overlaps_secondary, association, cycle, same_class_name, like_a_column, flush_orphan, cyclic_rows, cyclic_self]:
    print("--", function.__name__)
    attempt(function)
