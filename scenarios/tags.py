# %% [markdown]
# # Many to many
# Posts and tags, with a table between. Each lazy load joins through that table, and the same few tags are fetched over
# and over, only to be thrown away: the session has them already.

# %% Models setup
from sqlalchemy import Column, ForeignKey, Table, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

N = 40  # @param {type:"slider", min:1, max:2000, step:1}


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
    tags: Mapped[list["Tag"]] = relationship(secondary=post_tags, back_populates="posts", order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    posts: Mapped[list["Post"]] = relationship(secondary=post_tags, back_populates="tags", order_by="Post.id")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

words = ["sql", "python", "orm", "cache", "index", "join"]

with Session(engine) as session:
    session.execute(insert(Tag), [{"id": n, "name": word} for n, word in enumerate(words, start=1)])
    session.execute(insert(Post), [{"id": n, "title": f"Post {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(post_tags),
        [{"post_id": n, "tag_id": (n + t) % 6 + 1} for n in range(1, N + 1) for t in (0, 1, 3)],
    )
    session.commit()

# %% As written budget=2
with Session(engine) as session:
    posts = session.scalars(select(Post).order_by(Post.id)).unique().all()
    used = {}
    for post in posts:
        for tag in post.tags:
            used[tag.name] = used.get(tag.name, 0) + 1
    print(", ".join(f"{word} {used.get(word, 0)}" for word in words))

# %% From the other side budget=2
with Session(engine) as session:
    query = select(Tag).options(selectinload(Tag.posts)).order_by(Tag.id)
    print(", ".join(f"{tag.name} {len(tag.posts)}" for tag in session.scalars(query).all()))

# %% [markdown]
# ## What to look for
# - 120 rows of tags are fetched in the first cell, and 6 objects come of them.
# - Set **Post.tags** to *selectin*: the statement joins `posts` again, to know which tag belongs to which post.
# - Set it to *joined*: two tables more in the one statement, and each post three times.

# %% [markdown] check
# Forty posts share six tags. Why does the lazy load not notice that it has all six after a few posts?
# - [ ] The session keeps no tags: it does, and each row that comes is matched with the tag already there
# - [x] Which tags a post has stands in the table between, and only a statement can tell
# - [ ] It notices, and asks for fewer rows: each statement brings the same three rows
