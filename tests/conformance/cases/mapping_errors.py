# What cannot be mapped
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


def no_primary_key():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int]


def no_table():
    class A(base()):
        id: Mapped[int] = mapped_column(primary_key=True)


def plain_annotation():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: str = mapped_column()


def unknown_type():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        thing: Mapped[complex]


def unknown_type_object():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        thing: Mapped[object] = mapped_column()


def dictionary():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        thing: Mapped[dict[str, int]]


def two_tables():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)

    class A2(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)


def unknown_name():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Nope"]] = relationship()
    A()


def no_foreign_key():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship()

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
    A()


def ambiguous():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship()

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        a2_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    A()


def ambiguous_secondary():
    B = base()
    s = Table("s", B.metadata, Column("a_id", ForeignKey("a.id")), Column("a2_id", ForeignKey("a.id")), Column("b_id", ForeignKey("b.id")))

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(secondary=s)

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
    A()


def no_secondary_key():
    B = base()
    s = Table("s", B.metadata, Column("a_id", ForeignKey("a.id")))

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(secondary=s)

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
    A()


def back_populates_missing():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(back_populates="nope")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    A()


def back_populates_column():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(back_populates="a_id")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    A()


def back_populates_other_class():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(back_populates="c")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        c_id: Mapped[int] = mapped_column(ForeignKey("c.id"))
        c: Mapped["Cee"] = relationship(back_populates="b")

    class Cee(B):
        __tablename__ = "c"
        id: Mapped[int] = mapped_column(primary_key=True)
        b: Mapped[list["Bee"]] = relationship(back_populates="c")
    A()


def failed_again():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Nope"]] = relationship()

    try:
        A()
    except Exception:
        pass
    select(A)
    A()


def bad_cascade():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b: Mapped["A"] = relationship(cascade="alll")


def bad_lazy():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        bs: Mapped[list["A"]] = relationship(lazy="eager")
    A()


def bad_keyword():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
    A(nope=1)


def unknown_attribute():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
    A.nope


def unknown_attribute_of_object():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
    A().nope


def no_referred_table():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b_id: Mapped[int] = mapped_column(ForeignKey("b.id"))
    A.metadata.create_all(create_engine("sqlite://"))


def no_referred_column():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b_id: Mapped[int] = mapped_column(ForeignKey("b.nope"))

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
    B.metadata.create_all(create_engine("sqlite://"))


def relationship_to_column():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list[int]] = relationship()
    A()


def no_argument():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b = relationship()
    A()


def reserved():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        metadata: Mapped[str] = mapped_column()


def base_itself():
    class Base(DeclarativeBase):
        pass
    Base()


def direct():
    class A(DeclarativeBase):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)


def unmapped():
    class A:
        pass
    select(A)


def unmapped_add():
    class A:
        pass
    Session().add(A())


def needs_remote_side():
    class A(base()):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        parent: Mapped["A"] = relationship(primaryjoin="A.id == A.id")
    A()


def viewonly_back_populates():
    B = base()

    class A(B):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        bs: Mapped[list["Bee"]] = relationship(primaryjoin="A.id == Bee.nope")

    class Bee(B):
        __tablename__ = "b"
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    A()


for function in [
    no_primary_key, no_table, plain_annotation, unknown_type, unknown_type_object, dictionary, two_tables, unknown_name,
    no_foreign_key, ambiguous, ambiguous_secondary, no_secondary_key, back_populates_missing, back_populates_column,
    back_populates_other_class, failed_again, bad_cascade,
    bad_lazy, bad_keyword, unknown_attribute, unknown_attribute_of_object, no_referred_table, no_referred_column,
    relationship_to_column, no_argument, reserved, direct, unmapped,
    viewonly_back_populates,
]:
    print("--", function.__name__)
    attempt(function)
