# appending and removing through a table between
# strategies: selectin, joined
from sqlalchemy import Column, create_engine, ForeignKey, insert, select, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


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
    post = session.get(Post, 1)
    tag = session.get(Tag, 3)
    post.tags.append(tag)
    session.flush()
    post.tags.remove(session.get(Tag, 1))
    session.flush()
    session.add(Post(title="D", tags=[Tag(name="new"), tag]))
    session.flush()
    post.tags = [tag]
    session.commit()
    print(sorted(tag.name for tag in post.tags), sorted(post.title for post in tag.posts))
    post.tags.clear()
    session.commit()
    session.delete(session.get(Tag, 2))
    session.commit()
    print(session.execute(select(post_tags).order_by(post_tags.c.post_id, post_tags.c.tag_id)).all())
