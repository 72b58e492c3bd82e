# Names that are imported for annotations
# strategies: none
from sqlalchemy.engine import Connection, ExecutionContext, Row
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.engine.row import RowMapping
from sqlalchemy.future import select
from sqlalchemy.orm import DeclarativeBase, class_mapper, joinedload
from sqlalchemy.orm.attributes import History, instance_state
from sqlalchemy.orm.base import Mapped
from sqlalchemy.orm.interfaces import LoaderOption, ORMOption
from sqlalchemy.orm.mapper import Mapper, configure_mappers
from sqlalchemy.orm.relationships import Relationship
from sqlalchemy.orm.scoping import scoped_session
from sqlalchemy.orm.session import ORMExecuteState, Session
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.orm.util import identity_key, was_deleted
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.schema import Column, ForeignKey, Table
from sqlalchemy.sql.sqltypes import Integer, String
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.orm import mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    books: Relationship[list["Book"]] = relationship("Book")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))


engine = create_engine("sqlite://")


@event.listens_for(engine, "before_cursor_execute")
def count(connection: Connection, cursor: DBAPICursor, statement: str, parameters, context: ExecutionContext, many: bool):
    print(isinstance(context, ExecutionContext), statement.split()[0])


@event.listens_for(Session, "do_orm_execute")
def asked(state: ORMExecuteState) -> None:
    print(state.is_select)


@event.listens_for(Session, "after_flush")
def flushed(session: Session, context: UOWTransaction) -> None:
    print(isinstance(context, UOWTransaction))


def load(session: Session, statement: Executable, *options: ORMOption) -> list[Author]:
    return session.scalars(statement.options(*options)).unique().all()


configure_mappers()
Base.metadata.create_all(engine)
with Session(engine) as session:
    author = Author(name="a", books=[Book(), Book()])
    session.add(author)
    session.flush()
    print(identity_key(instance=author), was_deleted(author), instance_state(author).persistent)
    print(isinstance(inspect(author).attrs.name.history, History), class_mapper(Author) is inspect(Author))
    session.commit()
    option = joinedload(Author.books)
    print(isinstance(option, ORMOption), isinstance(option, LoaderOption), isinstance(select(Author), Executable))
    print([len(each.books) for each in load(session, select(Author), option)])
    row = session.execute(select(Author.id, Author.name)).first()
    print(isinstance(row, Row), isinstance(row._mapping, RowMapping), isinstance(Author.__table__, Table))
    print(isinstance(Author.__table__.c.id, Column), isinstance(inspect(Author), Mapper), scoped_session.__name__)
