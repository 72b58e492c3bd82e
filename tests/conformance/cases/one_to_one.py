# one to one, from both sides
# strategies: selectin, joined, subquery
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    profile: Mapped[Optional["Profile"]] = relationship(back_populates="user")
    settings: Mapped[Optional["Settings"]] = relationship(back_populates="user", uselist=False, lazy="joined")


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    bio: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    user: Mapped["User"] = relationship(back_populates="profile")


class Settings(Base):
    __tablename__ = "settings"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    theme: Mapped[str]
    user: Mapped["User"] = relationship(back_populates="settings", single_parent=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(id=1, name="A", profile=Profile(bio="a"), settings=Settings(theme="dark")), User(id=2, name="B")])
    session.commit()
with Session(engine) as session:
    for user in session.scalars(select(User).order_by(User.id)).unique():
        print(user.name, user.profile and user.profile.bio, user.settings and user.settings.theme)
with Session(engine) as session:
    for profile in session.scalars(select(Profile)).unique():
        print(profile.bio, profile.user.name, profile.user.settings.theme)
    user = session.get(User, 1)
    user.profile = Profile(bio="another")
    try:
        session.flush()
    except IntegrityError as error:
        print(error)
