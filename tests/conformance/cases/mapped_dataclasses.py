# mapped classes that are dataclasses
# strategies: none
import dataclasses
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    joinedload,
    Mapped,
    mapped_column,
    MappedAsDataclass,
    registry,
    relationship,
    Session,
)


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]
    nick: Mapped[Optional[str]] = mapped_column(default=None)
    posts: Mapped[list["Post"]] = relationship(back_populates="user", default_factory=list, repr=False)


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), init=False)
    title: Mapped[str]
    user: Mapped["User"] = relationship(back_populates="posts", default=None)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
u = User("bob")
print(u)
p = Post(title="t", user=u)
with Session(engine) as s:
    s.add(u)
    s.commit()
    print(u, p)
    print(s.scalars(select(User)).all())
    print(u == User("bob"), Post("a") == Post("a"))
try:
    User()
except TypeError as e:
    print(e)
try:
    User(1, 2, 3, 4)
except TypeError as e:
    print(e)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    pass


class TimeMixin(MappedAsDataclass, kw_only=True):
    created: Mapped[int] = mapped_column(default=7)


class User(TimeMixin, Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]
    age: Mapped[int] = mapped_column(default=5)
    tags: Mapped[Optional[str]] = mapped_column(default=None, repr=False)
    extra: Mapped[str] = mapped_column(default_factory=lambda: "fx", compare=False)

    def __post_init__(self):
        print("post", self.name)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User(name="x")
    print(u, u.age, u.created)
    s.add(u)
    s.commit()
    print(u)
    s.add(User(name="y", age=3, tags="t"))
    s.commit()
    print(s.scalars(select(User)).all())
    print(User(name="q") == User(name="q"), User(name="q") == User(name="r"))
    try:
        User("x")
    except TypeError as e:
        print(e)
    try:
        hash(u)
    except TypeError as e:
        print(e)
print([f.name for f in dataclasses.fields(User)])


reg = registry()


@reg.mapped_as_dataclass
class User:
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(default_factory=list, back_populates="user")


@reg.mapped_as_dataclass(unsafe_hash=True)
class Post:
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), init=False)
    title: Mapped[str]
    user: Mapped[User] = relationship(back_populates="posts", default=None, repr=False)


engine = create_engine("sqlite://")
reg.metadata.create_all(engine)
with Session(engine) as s:
    u = User("u", [Post("a"), Post("b")])
    s.add(u)
    s.commit()
    print(u)
    for p in s.scalars(select(Post).options(joinedload(Post.user))):
        print(p, p.user.name)


reg = registry()


@reg.mapped
class A:
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def hi(self):
        return "hi " + self.name


engine = create_engine("sqlite://")
reg.metadata.create_all(engine)
with Session(engine) as s:
    s.add(A(name="x"))
    s.commit()
    print(s.scalars(select(A)).one().hi(), A.__name__, A.__table__.name)
