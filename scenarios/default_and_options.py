# %% [markdown]
# # A default, and what a query says
# `lazy="selectin"` on the mapping makes every query load the list, whether anybody reads it or not. `.options()` on a
# query decides for that query alone, and it always wins.
#
# Three cells, the same mapping, three numbers of statements.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
)

N = 50  # @param {type:"slider", min:1, max:2000, step:1}


class Base(DeclarativeBase):
    pass


class Playlist(Base):
    __tablename__ = "playlists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(lazy="selectin", order_by="Track.id")


class Track(Base):
    __tablename__ = "tracks"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id"), index=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Playlist), [{"id": n, "name": f"Playlist {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Track),
        [{"title": f"Track {t} of {n}", "playlist_id": n} for n in range(1, N + 1) for t in range(1, 4)],
    )
    session.commit()

# %% The default budget=2
# Only the names are shown, and yet every track of every playlist is loaded.
with Session(engine) as session:
    playlists = session.scalars(select(Playlist).order_by(Playlist.id)).unique().all()
    print(playlists[0].name, "to", playlists[-1].name)

# %% This query needs no tracks budget=1
with Session(engine) as session:
    query = select(Playlist).options(lazyload(Playlist.tracks)).order_by(Playlist.id)
    playlists = session.scalars(query).all()
    print(playlists[0].name, "to", playlists[-1].name)

# %% This one has them joined budget=1
with Session(engine) as session:
    query = select(Playlist).options(joinedload(Playlist.tracks)).order_by(Playlist.id)
    playlists = session.scalars(query).unique().all()
    print(sum(len(playlist.tracks) for playlist in playlists), "tracks")

# %% [markdown]
# ## What to try
# - Set **Playlist.tracks** to *raise*. The first cell still works, because it reads no track; the others are not
#   touched at all: a query's own options win over the mapping.
# - The finding on the first cell says what the default costs there: a list loaded, and nobody read it.

# %% [markdown] check
# The mapping says `lazy="selectin"`, the query says `.options(lazyload(Playlist.tracks))`. What happens?
# - [x] The tracks are loaded when they are read: the query's option wins
# - [ ] The tracks are loaded at once: the mapping is only what counts where a query says nothing
# - [ ] It is an error: an option may say any strategy, whatever the mapping says
