# people who follow people
# strategies: selectin, joined
from typing import List
from sqlalchemy import Column, ForeignKey, Table, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, joinedload, mapped_column, relationship, selectinload,
)


class Base(DeclarativeBase):
    pass

follows = Table("follows", Base.metadata, Column("follower", ForeignKey("users.id"), primary_key=True), Column("followed", ForeignKey("users.id"), primary_key=True))


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    following: Mapped[List["User"]] = relationship(secondary=follows, primaryjoin=id == follows.c.follower, secondaryjoin=id == follows.c.followed, backref="followers", order_by="User.name")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    a, b, c = [User(name=n) for n in "abc"]
    session.add_all([a, b, c])
    session.flush()
    a.following.append(b)
    session.flush()
    a.following.append(c)
    session.flush()
    c.following.append(a)
    session.commit()
    for u in session.scalars(select(User).options(selectinload(User.following), joinedload(User.followers)).order_by(User.id)).unique():
        print(u.name, [f.name for f in u.following], sorted(f.name for f in u.followers))
    U2 = aliased(User)
    print(session.execute(select(User.name, U2.name).join(User.following.of_type(U2)).order_by(User.name, U2.name)).all())
    print(session.scalars(select(User.name).where(User.following.any(User.name == "b"))).all())
    print(session.scalars(select(User.name).where(User.followers.contains(a)).order_by(User.id)).all())
    a.following.remove(b)
    session.commit()
    print(session.execute(select(follows)).all())
    session.delete(c)
    session.commit()
    print(session.execute(select(follows)).all(), [u.name for u in a.following], a.followers)
