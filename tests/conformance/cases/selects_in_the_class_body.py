# Selects and other expressions over columns that the class body has just declared
# strategies: none
from sqlalchemy import (
    CheckConstraint, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, UniqueConstraint, and_, between, case, cast,
    create_engine, exists, func, inspect, literal, null, select, tuple_,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, column_property, mapped_column, relationship
from sqlalchemy.schema import CreateTable


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    email: Mapped[str]


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column(String(20))
    last: Mapped[str] = mapped_column(String(20))
    age: Mapped[int | None] = mapped_column()
    score = mapped_column(Integer)

    addresses: Mapped[list[Address]] = relationship()
    address_count = column_property(
        select(func.count(Address.id)).where(Address.user_id == id).correlate_except(Address).scalar_subquery()
    )
    last_email = column_property(
        select(Address.email).filter(and_(id == Address.user_id, Address.id > 0)).order_by(Address.id.desc()).limit(1)
        .scalar_subquery().label("last_email")
    )
    has_address = column_property(exists().where(Address.user_id == id))
    rank = column_property(func.rank().over(partition_by=last, order_by=score.desc()))
    is_named = column_property(tuple_(first, last).in_([("a", "b"), ("c", "d")]))
    no_age = column_property(null().is_(age))
    young = column_property(literal(5) > score)
    joined = column_property(first.op("||")(last))
    halved = column_property(score // 2)
    either = column_property(case((score > 2, first), else_=last))
    within = column_property(between(score, 1, 3))
    text = column_property(cast(score, String) + "!")

    __table_args__ = (
        UniqueConstraint(first, last, name="names"), CheckConstraint(score > -5), Index("by_score", score.desc()),
    )


class Seat(Base):
    __tablename__ = "seat"
    row: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    label: Mapped[str | None]
    __table_args__ = (PrimaryKeyConstraint(row, number),)


engine = create_engine("sqlite://")
print(CreateTable(User.__table__).compile(engine), CreateTable(Seat.__table__).compile(engine))
print([column.name for column in inspect(Seat).primary_key])
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(id=1, first="a", last="b", score=3, addresses=[Address(email="x"), Address(email="y")]))
    session.add(User(id=2, first="c", last="e", score=1, age=7))
    session.add(Seat(row=1, number=2))
    session.commit()
    for user in session.scalars(select(User).order_by(User.id)):
        print(user.address_count, user.last_email, user.has_address, user.rank, user.is_named, user.no_age, user.young)
        print(user.joined, user.halved, user.either, user.within, user.text, len(user.addresses))
    print(session.scalars(select(User.first).where(User.address_count > 1)).all())
