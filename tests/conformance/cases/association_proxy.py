# attributes of related objects as one's own
# strategies: none
from typing import Optional
from sqlalchemy import Column, create_engine, ForeignKey, select, Table
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.associationproxy import association_proxy, AssociationProxy
from sqlalchemy.orm import (
    attribute_keyed_dict,
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    Session,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    links: Mapped[list["UserKeyword"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    keywords: AssociationProxy[list["Keyword"]] = association_proxy("links", "keyword", creator=lambda k: UserKeyword(keyword=k))


class UserKeyword(Base):
    __tablename__ = "user_keyword"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    keyword_id: Mapped[int] = mapped_column(ForeignKey("keywords.id"), primary_key=True)
    special: Mapped[Optional[str]]
    user: Mapped["User"] = relationship(back_populates="links")
    keyword: Mapped["Keyword"] = relationship()


class Keyword(Base):
    __tablename__ = "keywords"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]

    def __repr__(self):
        return f"Keyword({self.word!r})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User(name="u")
    u.keywords.append(Keyword(word="a"))
    u.keywords.append(Keyword(word="b"))
    s.add(u)
    s.commit()
    print(u.keywords, len(u.keywords), u.keywords[0], list(u.keywords))
    u.keywords.remove(u.keywords[0])
    s.commit()
    print(u.keywords)
    print(s.scalars(select(User).where(User.keywords.any(Keyword.word == "b"))).all() != [])


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kw: Mapped[list["Keyword"]] = relationship(secondary=lambda: uk)
    keywords: AssociationProxy[list[str]] = association_proxy("kw", "keyword", creator=lambda k: Keyword(keyword=k))
    profile: Mapped[Optional["Profile"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    bio = association_proxy("profile", "bio", creator=lambda b: Profile(bio=b))


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    bio: Mapped[Optional[str]]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped["User"] = relationship(back_populates="profile")


class Keyword(Base):
    __tablename__ = "keywords"
    id: Mapped[int] = mapped_column(primary_key=True)
    keyword: Mapped[str]


uk = Table("uk", Base.metadata, Column("uid", ForeignKey("users.id"), primary_key=True), Column("kid", ForeignKey("keywords.id"), primary_key=True))
Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User(name="jek", keywords=["cheese", "snack"], bio="b")
    print(u.keywords, u.bio, u.profile.bio)
    s.add(u)
    s.commit()
    u.keywords.append("new")
    u.keywords.remove("cheese")
    u.bio = "c"
    s.commit()
    print(u.keywords, len(u.keywords), "new" in u.keywords, u.keywords == ["snack", "new"], u.keywords[0], u.keywords[0:1])
    print(s.scalars(select(User).where(User.keywords.contains("new"))).all() == [u])
    print(s.scalars(select(User).where(User.keywords == "new")).all() == [u])
    print(s.scalars(select(User).where(User.bio == "c")).all() == [u])
    print(s.scalars(select(User).where(User.bio == None)).all() == [u])
    print(s.scalars(select(User).where(User.keywords.in_(["a", "new"]))).all() == [u])
    print(s.scalars(select(User).where(User.keywords.any(Keyword.keyword.like("n%")))).all() == [u]) if False else None
    print(select(User).where(User.keywords.like("%x%")))
    try:
        User.keywords.has()
    except Exception as e:
        print(type(e), e)
    u.keywords = ["p", "q"]
    s.commit()
    print(u.keywords)
    u.bio = None
    s.commit()
    print(u.bio, u.profile)
    u2 = User(name="n")
    print(u2.bio, u2.keywords)
    u2.keywords.extend("xy")
    u2.keywords[0] = "zz"
    print(u2.keywords)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    assoc: Mapped[dict[str, "UK"]] = relationship(back_populates="user", collection_class=attribute_keyed_dict("special_key"), cascade="all, delete-orphan")
    keywords = association_proxy("assoc", "kw", creator=lambda k, v: UK(special_key=k, keyword=Keyword(keyword=v)))


class UK(Base):
    __tablename__ = "uk"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    keyword_id: Mapped[int] = mapped_column(ForeignKey("keywords.id"), primary_key=True)
    special_key: Mapped[Optional[str]]
    user: Mapped["User"] = relationship(back_populates="assoc")
    keyword: Mapped["Keyword"] = relationship()
    kw = association_proxy("keyword", "keyword")


class Keyword(Base):
    __tablename__ = "keywords"
    id: Mapped[int] = mapped_column(primary_key=True)
    keyword: Mapped[str]


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User()
    u.keywords["a"] = "one"
    u.keywords["b"] = "two"
    print(u.keywords, u.assoc["a"].kw)
    s.add(u)
    s.commit()
    u.keywords["a"] = "uno"
    del u.keywords["b"]
    s.commit()
    print(u.keywords, u.keywords.get("zz"), list(u.keywords.items()))
    u.keywords = {"x": "y"}
    s.commit()
    print(u.keywords)
