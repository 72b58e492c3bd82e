# Conditions of relationships: aliased targets, marks on one occurrence of a column, keys that are shared by both sides
# strategies: lazy, selectin, joined, subquery
from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, and_, cast, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, backref, foreign, join, mapped_column, relationship, remote,
)


class Base(DeclarativeBase):
    pass


class Folder(Base):
    __tablename__ = "folders"
    __table_args__ = (ForeignKeyConstraint(["account_id", "parent_id"], ["folders.account_id", "folders.id"]),)
    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None]
    parent = relationship("Folder", back_populates="folders", remote_side=[account_id, id])
    folders = relationship("Folder", back_populates="parent", order_by="Folder.id")


class Path(Base):
    __tablename__ = "paths"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    under = relationship(
        "Path",
        viewonly=True,
        order_by="Path.path",
        primaryjoin=lambda: remote(foreign(Path.path)).like(Path.path.concat("/%")),
    )


class Host(Base):
    __tablename__ = "hosts"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    network: Mapped[str | None]
    behind = relationship(
        "Host",
        primaryjoin=lambda: remote(Host.address) == cast(foreign(Host.network), String),
        uselist=False,
        backref=backref("before", order_by="Host.id"),
    )


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))


class Copy(Base):
    __tablename__ = "copies"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))


numbered = select(Book, func.row_number().over(partition_by=Book.author_id, order_by=Book.id).label("number")).subquery()
First = aliased(Book, numbered)
Author.first = relationship(First, primaryjoin=and_(First.author_id == Author.id, numbered.c.number < 3), viewonly=True)
latest = select(func.max(Book.id)).where(Book.author_id == Author.id).correlate(Author.__table__).scalar_subquery()
Author.latest = relationship(
    Book, primaryjoin=and_(Author.id == foreign(Book.author_id), Book.id == latest), viewonly=True, uselist=False
)
with_author = join(Book, Author, Author.id == Book.author_id)
Copied = aliased(Book, with_author, flat=True)
Copy.book = relationship(Copied, primaryjoin=Copy.book_id == with_author.c.books_id)
Author.copies = relationship(
    Copy, secondary=Book.__table__, primaryjoin=Author.id == Book.author_id, secondaryjoin=Book.id == Copy.book_id,
    viewonly=True, order_by=Copy.id,
)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    folders = [Folder(id=2), Folder(id=3, folders=[Folder(id=4)])]
    session.add(Folder(account_id=1, id=1, folders=folders))
    session.flush()
    session.add(Folder(account_id=2, id=1))
    session.flush()
    for path in ("/a", "/a/b", "/a/b/c", "/d"):
        session.add(Path(path=path))
        session.flush()
    session.add_all([Host(id=1, address="x"), Host(id=2, address="y", network="x")])
    session.flush()
    for number in (1, 2):
        session.add(Author(id=number))
        session.flush()
        for book in range(3 * number):
            session.add(Book(id=10 * number + book, author_id=number))
            session.flush()
    session.add_all([Copy(id=1, book_id=10), Copy(id=2, book_id=21)])
    session.commit()


def ids(found):
    return [one.id for one in found]


with Session(engine) as session:
    folders = session.scalars(select(Folder).order_by(Folder.account_id, Folder.id)).unique().all()
    for folder in folders:
        print("folder", folder.account_id, folder.id, folder.parent and folder.parent.id, ids(folder.folders))
    inner = aliased(Folder)
    print(session.execute(select(Folder.id, inner.id).join(Folder.folders.of_type(inner)).order_by(inner.id)).all())
    print(ids(session.scalars(select(Folder).where(Folder.folders.any(Folder.id == 4))).unique()))
    print(ids(session.scalars(select(Folder).where(Folder.parent == session.get(Folder, (1, 1)))).unique()))

with Session(engine) as session:
    moved = session.get(Folder, (1, 2))
    above = moved.parent, session.get(Folder, (1, 3))
    moved.parent = above[1]
    session.commit()
    print(ids(moved.parent.folders))

with Session(engine) as session:
    paths = session.scalars(select(Path).order_by(Path.id)).unique().all()
    for path in paths:
        print("path", path.path, ids(path.under))
    hosts = session.scalars(select(Host).order_by(Host.id)).unique().all()
    for host in hosts:
        print("host", host.id, host.behind and host.behind.id, ids(host.before))

with Session(engine) as session:
    authors = session.scalars(select(Author).order_by(Author.id)).unique().all()
    for author in authors:
        print("author", author.id, ids(author.first), author.latest.id, ids(author.copies))
    copies = session.scalars(select(Copy).order_by(Copy.id)).unique().all()
    for copy in copies:
        print("copy", copy.id, copy.book.id)
    print(session.execute(select(Author.id, First.id).join(Author.first).order_by(First.id)).all())
    print(ids(session.scalars(select(Author).where(Author.first.any(First.id == 21))).unique()))
