# tables, joins and CTEs without classes
# strategies: none
from typing import List, Optional
from sqlalchemy import (
    Column, ForeignKey, String, Table, and_, case, create_engine, delete, exists, func, insert, literal,
    select, text, tuple_, update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


book_tags = Table("book_tags", Base.metadata, Column("book_id", ForeignKey("books.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Publisher(Base):
    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    books: Mapped[List["Book"]] = relationship(back_populates="publisher", order_by="Book.title")


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country: Mapped[Optional[str]]
    books: Mapped[List["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan", order_by="Book.id")
    bio: Mapped[Optional["Bio"]] = relationship(back_populates="author", uselist=False)

    def __repr__(self):
        return f"Author({self.name!r})"


class Bio(Base):
    __tablename__ = "bios"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), unique=True)
    author: Mapped["Author"] = relationship(back_populates="bio")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    year: Mapped[int]
    price: Mapped[Optional[float]]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    publisher_id: Mapped[Optional[int]] = mapped_column(ForeignKey("publishers.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    publisher: Mapped[Optional["Publisher"]] = relationship(back_populates="books")
    reviews: Mapped[List["Review"]] = relationship(back_populates="book", cascade="all, delete-orphan")
    tags: Mapped[List["Tag"]] = relationship(secondary=book_tags, back_populates="books", order_by="Tag.name")

    def __repr__(self):
        return f"Book({self.title!r})"


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    body: Mapped[str] = mapped_column(default="")
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped["Book"] = relationship(back_populates="reviews")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    books: Mapped[List["Book"]] = relationship(secondary=book_tags, back_populates="tags")

    def __repr__(self):
        return f"Tag({self.name!r})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    pubs = [Publisher(name="North"), Publisher(name="South")]
    tags = [Tag(name=n) for n in ("sea", "war", "love")]
    n = 0
    for a, country in (("Ada", "UK"), ("Bob", None), ("Cyd", "FR")):
        author = Author(name=a, country=country)
        if a != "Bob":
            author.bio = Bio(text=f"about {a}")
        for i in range(3 if a == "Ada" else 2 if a == "Bob" else 0):
            n += 1
            author.books.append(Book(title=f"T{n}", year=1990 + n, price=None if n == 2 else 10.5 * n, publisher=pubs[n % 2] if n != 4 else None,
                reviews=[Review(stars=s, body=f"r{s}") for s in range(1, n % 3 + 2)]))
        session.add(author)
    session.add_all(tags)
    session.flush()
    session.execute(insert(book_tags), [{"book_id": b, "tag_id": t} for b, t in ((1, 1), (2, 1), (2, 2), (4, 1), (5, 1), (5, 2))])
    session.commit()

a, b, r = Author.__table__, Book.__table__, Review.__table__
with Session(engine) as session:
    j = a.join(b, a.c.id == b.c.author_id).outerjoin(r)
    print(session.execute(select(a.c.name, func.count(r.c.id)).select_from(j).group_by(a.c.name).order_by(a.c.name)).all())
    al = b.alias("bb")
    print(session.execute(select(b.c.title, al.c.title).join(al, and_(b.c.author_id == al.c.author_id, b.c.id < al.c.id)).order_by(b.c.id, al.c.id)).all())
    print(session.execute(select(Author).join(b, b.c.author_id == Author.id).where(b.c.year == 1994)).scalars().all())
    print(session.execute(select(Author.name, b).join(b).where(b.c.id == 2)).mappings().all())
    sub = select(b.c.author_id, func.avg(b.c.price).label("avg")).group_by(b.c.author_id).having(func.avg(b.c.price) > 1).subquery()
    print(session.execute(select(Author, sub.c.avg).join(sub, sub.c.author_id == Author.id).order_by(sub.c.avg)).all())
    print(session.execute(select(a.c.name).where(a.c.id.in_(select(b.c.author_id).where(b.c.year > 1993)))).all())
    print(session.execute(select(a.c.name).where(exists(select(b.c.id).where(b.c.author_id == a.c.id)))).all())
    print(session.execute(select(a).where(a.c.country.is_not(None)).with_only_columns(a.c.id).order_by(a.c.id.desc())).all())
    print(session.execute(select(b.c["id", "title"]).where(tuple_(b.c.id, b.c.year).in_([(1, 1991), (2, 5)]))).all())
    print(session.execute(select(func.count()).select_from(select(b).where(b.c.id > 2).subquery())).scalar_one())
    c1 = select(b).where(b.c.year > 1991).cte("recent")
    c2 = select(c1.c.author_id, func.count().label("n")).group_by(c1.c.author_id).cte("counts")
    print(session.execute(select(Author.name, c2.c.n).join(c2, c2.c.author_id == Author.id).order_by(Author.name)).all())
    print(session.execute(insert(a).from_select(["name", "country"], select(Tag.name, literal("T")).where(Tag.id == 1)).returning(a.c.id, a.c.name)).all())
    print(session.execute(update(b).values(year=select(func.max(r.c.stars)).where(r.c.book_id == b.c.id).scalar_subquery()).where(b.c.id < 3).returning(b.c.id, b.c.year)).all())
    print(session.execute(update(b).where(b.c.author_id == a.c.id).where(a.c.name == "Ada").values(price=1)).rowcount)
    print(session.execute(delete(r).where(r.c.book_id.in_(select(b.c.id).where(b.c.price == 1)))).rowcount)
    print(session.execute(select(case((b.c.price == 1, "one"), (b.c.price > 40, "big"), else_="other").label("k"), func.count()).group_by("k").order_by("k")).all())
    print(session.execute(select(b.c.title).order_by(func.random()).limit(0)).all(), session.execute(select(b).limit(1).offset(4)).all())
    print(session.execute(select(func.json_extract('{"a": [1, 2]}', "$.a[1]"))).scalar(), session.execute(select(func.json_each("[1, 2]").table_valued("value"))).all())
    print(session.scalars(select(func.json_each("[3, 4]").column_valued("x"))).all())
    print(select(func.json_each("[3, 4]").column_valued("x")))
    print(session.execute(select(func.sum(b.c.id).over(partition_by=b.c.author_id, order_by=b.c.id), func.row_number().over(order_by=[b.c.year.desc(), b.c.id])).order_by(b.c.id)).all())
    print(session.execute(select(func.group_concat(b.c.title.op("||")("!"), ","), func.total(b.c.price), func.max(b.c.year, 1993))).all()[0][0])
