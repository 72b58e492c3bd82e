# Expressions that a program looks into, and those that are refused
# strategies: none
import operator
from dataclasses import dataclass

from sqlalchemy import JSON, ForeignKey, Integer, String, create_engine, exc, func, select, text, update
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, composite, mapped_column, relationship
from sqlalchemy.sql import operators


class Base(DeclarativeBase):
    pass


@dataclass
class Point:
    x: int
    y: int


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    at: Mapped[Point] = composite(mapped_column("at_x"), mapped_column("at_y"))
    data = mapped_column(JSON)
    tags: Mapped[list["Tag"]] = relationship(back_populates="owner")
    words = association_proxy("tags", "spelled")


class Word(Base):
    __tablename__ = "words"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    word_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    owner: Mapped[Owner | None] = relationship(back_populates="tags")
    word: Mapped[Word | None] = relationship()
    spelled = association_proxy("word", "word")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def attempt(function):
    try:
        print(function())
    except (exc.SQLAlchemyError, NotImplementedError, AttributeError) as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])


comparison = Owner.id == 1
print(comparison.left, comparison.right, comparison.operator is operator.eq, comparison.operator is operators.eq)
print((Owner.name.like("a%")).operator is operators.like_op, (Owner.id + 1).operator, Owner.id.in_([1]).operator.__name__)
print(comparison.compare(Owner.id == 1), comparison.compare(Owner.id == 2), comparison.compare(Owner.name == "x"))
attempt(lambda: Owner.id.left)
attempt(lambda: Tag.owner.is_(None))
attempt(lambda: Owner.name[0:2])
attempt(lambda: select(Owner).where("name = 'x'"))
attempt(lambda: select(Owner).where("a criterion that is as long as this"))
attempt(lambda: select(text("1")).select_from("owners"))
print(select(Owner.id).cte("c"))
with Session(engine) as session:
    session.add_all([Owner(name="a", at=Point(1, 2), data=JSON.NULL), Owner(name="b", at=Point(3, 4), data=None)])
    session.add(Tag(owner_id=1, word=Word(word="w")))
    session.commit()
    print(session.scalars(select(Owner.name).where(Owner.data == JSON.NULL)).all())
    print(session.scalars(select(Owner.name).where(Owner.data.is_(None))).all(), session.get(Owner, 1).data)
    session.execute(update(Owner).where(Owner.id == 2).values({Owner.at: Point(9, 9)}))
    session.execute(update(Owner).where(Owner.id == 1).values(at=Point(5, 6)))
    print(session.scalars(select(Owner.at).order_by(Owner.id)).all())
    print(session.scalars(select(Owner.name).where(Owner.words.contains("w"))).all())
