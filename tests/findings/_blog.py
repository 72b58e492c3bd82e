# %% Blog setup
import asyncio
import itertools
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, and_, bindparam, case, create_engine, delete, desc, event, exists, func, insert, inspect, or_, select, text, tuple_, union_all, update
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, column_property, contains_eager, defaultload, defer, deferred, immediateload,
    joinedload, lazyload, load_only, mapped_column, noload, object_session, raiseload, relationship, selectinload, sessionmaker, subqueryload, undefer, with_parent,
)


class Base(AsyncAttrs, DeclarativeBase):
    pass


post_tag = Table(
    "post_tag", Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str] = mapped_column(deferred=True, default="…")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    manager: Mapped["User | None"] = relationship(remote_side=[id], back_populates="reports")
    reports: Mapped[list["User"]] = relationship(back_populates="manager")
    posts: Mapped[list["Post"]] = relationship(back_populates="user", order_by="Post.id")
    comments: Mapped[list["Comment"]] = relationship(back_populates="user")
    profile: Mapped["Profile | None"] = relationship(back_populates="user")
    badges: Mapped[list["Badge"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def post_count(self):
        return len(self.posts)

    @property
    def manager_name(self):
        return self.manager.name if self.manager else "nobody"

    def __repr__(self):
        return f"User({self.name})"


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    user: Mapped["User"] = relationship(back_populates="profile")


class Badge(Base):
    __tablename__ = "badges"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped["User"] = relationship(back_populates="badges")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    score: Mapped[int]
    body: Mapped[str] = mapped_column(deferred=True, default="body")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped["User"] = relationship(back_populates="posts")
    comments: Mapped[list["Comment"]] = relationship(back_populates="post", cascade="all, delete-orphan")
    tags: Mapped[list["Tag"]] = relationship(secondary=post_tag, back_populates="posts")


class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    post: Mapped["Post"] = relationship(back_populates="comments")
    user: Mapped["User"] = relationship(back_populates="comments")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    posts: Mapped[list["Post"]] = relationship(secondary=post_tag, back_populates="tags")


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    level: Mapped[int] = mapped_column(default=0)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
SessionLocal = sessionmaker(engine)
# 12 users, user n>1 managed by user (n-2)//3+1 (1 manages 2,3,4; 2: 5,6,7; 3: 8,9,10; 4: 11,12); 12 profiles; 24 badges (2 each)
# 36 posts (3 each), 108 comments (3 a post, by users round robin), 5 tags, 72 post_tags (2 a post)
with Session(engine) as session:
    session.execute(insert(User), [{"id": n, "name": f"U{n}", "manager_id": (n - 2) // 3 + 1 if n > 1 else None} for n in range(1, 13)])
    session.execute(insert(Profile), [{"id": n, "city": f"C{n % 4}", "user_id": n} for n in range(1, 13)])
    session.execute(insert(Badge), [{"id": n, "label": f"B{n}", "user_id": (n + 1) // 2} for n in range(1, 25)])
    session.execute(insert(Post), [{"id": n, "title": f"P{n}", "score": n % 10, "user_id": (n + 2) // 3} for n in range(1, 37)])
    session.execute(insert(Comment), [{"id": n, "text": f"c{n}", "post_id": (n + 2) // 3, "user_id": n % 12 + 1} for n in range(1, 109)])
    session.execute(insert(Tag), [{"id": n, "name": f"t{n}"} for n in range(1, 6)])
    session.execute(insert(post_tag), [{"post_id": n, "tag_id": t} for n in range(1, 37) for t in (n % 5 + 1, (n + 2) % 5 + 1)])
    session.commit()

