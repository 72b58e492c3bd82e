# trees, followers, a favourite of one's own
# strategies: none
from typing import Optional
from sqlalchemy import Column, create_engine, ForeignKey, inspect, select, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class Cat(Base):
    __tablename__ = "cat"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("cat.id"))
    children: Mapped[list["Cat"]] = relationship(cascade="all, delete-orphan", back_populates="parent", order_by="Cat.name")
    parent: Mapped[Optional["Cat"]] = relationship(back_populates="children", remote_side="Cat.id")

    def __repr__(self):
        return self.name


follows = None


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    following: Mapped[list["Person"]] = relationship("Person", secondary=lambda: follow_t, primaryjoin=lambda: Person.id == follow_t.c.a, secondaryjoin=lambda: Person.id == follow_t.c.b, back_populates="followers")
    followers: Mapped[list["Person"]] = relationship("Person", secondary=lambda: follow_t, primaryjoin=lambda: Person.id == follow_t.c.b, secondaryjoin=lambda: Person.id == follow_t.c.a, back_populates="following")

    def __repr__(self):
        return self.name


follow_t = Table("follow", Base.metadata, Column("a", ForeignKey("person.id"), primary_key=True), Column("b", ForeignKey("person.id"), primary_key=True))
Base.metadata.create_all(engine)
with Session(engine) as s:
    r = Cat(name="r", children=[Cat(name="b", children=[Cat(name="c")]), Cat(name="a")])
    s.add(r)
    s.commit()
    print(r.children, r.children[1].children)
    x = r.children[1]
    r.children.remove(x)
    s.commit()
    print(s.scalars(select(Cat)).all())
    p, q = (Person(name="p"), Person(name="q"))
    p.following.append(q)
    s.add(p)
    s.commit()
    print(q.followers, p.followers)
    q.following.append(p)
    s.commit()
    p.following.clear()
    s.commit()
    print(q.followers)
    s.delete(q)
    s.commit()
    print(p.followers)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[Optional["Profile"]] = relationship(back_populates="user", cascade="all, delete-orphan", foreign_keys="Profile.user_id")
    fav_id: Mapped[Optional[int]] = mapped_column(ForeignKey("profiles.id", use_alter=True))
    fav: Mapped[Optional["Profile"]] = relationship(foreign_keys=[fav_id], post_update=True)


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))
    user: Mapped[Optional["User"]] = relationship(back_populates="profile", foreign_keys=[user_id])


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User()
    p = Profile(user=u)
    u.fav = p
    s.add(u)
    s.commit()
    print(u.fav_id, u.profile is p)
    u.profile = Profile()
    s.commit()
    print(u.fav_id, s.scalars(select(Profile.id)).all())
    u.fav = u.profile
    s.commit()
    s.delete(u)
    s.commit()


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country: Mapped[Optional[str]]
    books: Mapped[list["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan")

    def __repr__(self):
        return f"Author({self.name!r})"


book_tag = Table("book_tag", Base.metadata, Column("book_id", ForeignKey("books.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, back_populates="books")

    def __repr__(self):
        return f"Book({self.title!r})"


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    books: Mapped[list["Book"]] = relationship(secondary=book_tag, back_populates="tags")

    def __repr__(self):
        return f"Tag({self.label!r})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    t1, t2 = (Tag(label="sf"), Tag(label="old"))
    session.add_all([Author(name="Ursula", country="US", books=[Book(title="Lathe", tags=[t1, t2]), Book(title="Rocannon", pages=122)]), Author(name="Iain", books=[Book(title="Wasp")]), Author(name="Nobody")])
    session.commit()
with Session(engine) as s:
    b = s.get(Book, 1)
    b.author = None
    try:
        s.commit()
    except Exception as e:
        print(type(e), str(e).split(chr(10))[0])
    s.rollback()
    b.author = s.get(Author, 2)
    s.commit()
    print([x.id for x in s.get(Author, 1).books], [x.id for x in s.get(Author, 2).books])
    a = s.get(Author, 3)
    a.books = [b]
    s.commit()
    print(b.author.name)
    a.books = []
    s.commit()
    print(inspect(b).detached, s.get(Book, 1))
    s.delete(s.get(Author, 2))
    s.commit()
    print(s.scalars(select(Book.id)).all())
