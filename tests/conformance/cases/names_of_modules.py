# Names that programs import from where SQLAlchemy has them
# strategies: none
from sqlalchemy import create_engine, event
from sqlalchemy.orm import (
    DeclarativeMeta, InstanceState, LoaderCallableStatus, NO_VALUE, PassiveFlag, RelationshipDirection, Session,
    as_declarative, declarative_base, declarative_mixin, has_inherited_table, mapped_column, object_mapper, reconstructor,
    relationship, was_deleted,
)
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE, PASSIVE_OFF
from sqlalchemy.orm.decl_api import DeclarativeAttributeIntercept, declared_attr
from sqlalchemy.orm.exc import UnmappedInstanceError
from sqlalchemy.orm.state import InstanceState as StateOfState
from sqlalchemy.sql.expression import and_, case, desc, func, literal, select, text
from sqlalchemy.sql.functions import coalesce, count, max
from sqlalchemy.sql.operators import eq, like_op
from sqlalchemy import Column, ForeignKey, Integer, String

print(list(LoaderCallableStatus), NO_VALUE is LoaderCallableStatus.NO_VALUE, LoaderCallableStatus.NEVER_SET)
print(PASSIVE_OFF, PassiveFlag.SQL_OK, int(PASSIVE_NO_INITIALIZE), list(RelationshipDirection))
print(StateOfState is InstanceState, eq, like_op.__name__)


@declarative_mixin
class Stamped:
    @declared_attr
    def stamp(cls):
        return Column(String, default=cls.__name__.lower())

    @declared_attr
    def top(cls):
        return None if has_inherited_table(cls) else "top"


@as_declarative()
class Base:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class Author(Stamped, Base):
    name = Column(String)
    books = relationship("Book", back_populates="author")

    @reconstructor
    def greet(self):
        self.greeting = f"hello, {self.name}"


class Book(Base):
    title = Column(String)
    author_id = Column(ForeignKey("author.id"))
    author = relationship("Author", back_populates="books")


print(Base.__name__, type(Base) is DeclarativeMeta, type(declarative_base()).__name__, Author.top)
print(issubclass(DeclarativeMeta, DeclarativeAttributeIntercept))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


@event.listens_for(Author, "load")
def loaded(author, context):
    print("loaded", author.greeting)


with Session(engine) as session:
    session.add(Author(name="Ann", books=[Book(title="B")]))
    session.commit()
with Session(engine) as session:
    author = session.scalars(select(Author).order_by(desc(Author.name))).one()
    print(author.greeting, author.stamp, object_mapper(author), was_deleted(author))
    print(get_history(author, "books", PASSIVE_NO_INITIALIZE), len(get_history(author, "books").unchanged))
    print(session.execute(select(count(Book.id), max(Book.title), coalesce(Book.author_id, 0))).all())
    session.delete(author.books[0])
    session.flush()
    print(session.execute(select(func.count(), case((literal(1) == 1, "x")))).all(), text("x").text)
    print(Author.greet.__name__, and_(Author.id == 1))
try:
    object_mapper(5)
except UnmappedInstanceError as error:
    print(error)
