# reading through a table between
# strategies: selectin, joined, subquery
from sqlalchemy import Column, create_engine, ForeignKey, insert, select, Table
from sqlalchemy.orm import (
    DeclarativeBase,
    immediateload,
    joinedload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tags: Mapped[list["Tag"]] = relationship(secondary=post_tags, back_populates="posts")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    posts: Mapped[list["Post"]] = relationship(secondary=post_tags, back_populates="tags")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Tag), [{"id": 1, "name": "sql"}, {"id": 2, "name": "orm"}, {"id": 3, "name": "idle"}])
    session.execute(insert(Post), [{"id": 1, "title": "A"}, {"id": 2, "title": "B"}, {"id": 3, "title": "C"}])
    session.execute(insert(post_tags), [{"post_id": 1, "tag_id": 1}, {"post_id": 1, "tag_id": 2}, {"post_id": 2, "tag_id": 2}])
    session.commit()


with Session(engine) as session:
    for post in session.scalars(select(Post).order_by(Post.id)).unique():
        print(post.title, sorted(tag.name for tag in post.tags))
for option in (selectinload, joinedload, subqueryload, immediateload):
    with Session(engine) as session:
        for post in session.scalars(select(Post).options(option(Post.tags)).order_by(Post.id)).unique():
            print(post.title, sorted(tag.name for tag in post.tags))
with Session(engine) as session:
    query = select(Post).options(selectinload(Post.tags).selectinload(Tag.posts)).order_by(Post.id)
    for post in session.scalars(query).unique():
        print(post.title, sorted((tag.name, len(tag.posts)) for tag in post.tags))
with Session(engine) as session:
    print(session.execute(select(Post.title, Tag.name).join(Post.tags).order_by(Post.id, Tag.id)).all())
    print(session.scalars(select(Post.title).where(Post.tags.any(Tag.name == "orm")).order_by(Post.id)).all())
    query = select(Post).options(joinedload(Post.tags)).order_by(Post.title.desc()).limit(2)
    print([(post.title, len(post.tags)) for post in session.scalars(query).unique()])
