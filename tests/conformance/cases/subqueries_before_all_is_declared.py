# Subqueries of classes whose neighbours are still to be declared
# strategies: none
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import *


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship(back_populates="user")
    addresses: Mapped[list["Address"]] = relationship()


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped["User"] = relationship(back_populates="posts")


User.post_count = column_property(select(func.count(Post.id)).where(Post.user_id == User.id).scalar_subquery())


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(User(posts=[Post()], addresses=[Address()]))
    s.commit()
    print(s.scalars(select(User)).one().post_count)


class Broken(Base):
    __tablename__ = "broken"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    nothing: Mapped[list["Nowhere"]] = relationship()


for what in (
    lambda: select(func.count(Broken.id)).where(Broken.user_id == User.id).scalar_subquery(),
    lambda: select(Broken.id).subquery(),
    lambda: select(Broken.id).exists(),
    lambda: aliased(Broken),
):
    try:
        what()
        print("fine")
    except Exception as error:
        print(type(error).__name__, str(error)[:60])
