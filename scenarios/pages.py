# %% [markdown]
# # A page of parents
# A page shows ten albums with their songs. `LIMIT` counts rows, and a join to many makes a row for each song, so a
# limit on the joined rows cuts the page in the wrong place.
#
# `joinedload` knows this: it puts the limit into a subquery and joins the songs outside of it.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

N = 60  # @param {type:"slider", min:10, max:5000, step:1}
PAGE = 10  # @param {type:"slider", min:1, max:100, step:1}


class Base(DeclarativeBase):
    pass


class Album(Base):
    __tablename__ = "albums"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    songs: Mapped[list["Song"]] = relationship(order_by="Song.id")


class Song(Base):
    __tablename__ = "songs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"), index=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Album), [{"id": n, "title": f"Album {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Song),
        [{"name": f"Song {s} of {n}", "album_id": n} for n in range(1, N + 1) for s in range(1, 5)],
    )
    session.commit()

# %% As written budget=2
with Session(engine) as session:
    albums = session.scalars(select(Album).order_by(Album.id).limit(PAGE)).unique().all()
    songs = sum(len(album.songs) for album in albums)
    print(f"{len(albums)} albums, {songs} songs")

# %% Joined, with the limit inside budget=1
with Session(engine) as session:
    query = select(Album).options(joinedload(Album.songs)).order_by(Album.id).limit(PAGE)
    albums = session.scalars(query).unique().all()
    songs = sum(len(album.songs) for album in albums)
    print(f"{len(albums)} albums, {songs} songs")

# %% Joined by hand budget=1
# The limit counts rows here: ten of them are two albums and a half.
with Session(engine) as session:
    query = select(Album, Song).join(Song, Song.album_id == Album.id).order_by(Album.id, Song.id).limit(PAGE)
    rows = session.execute(query).unique().all()
    titles = {album.title for album, song in rows}
    print(f"{len(titles)} albums, {len(rows)} songs")

# %% [markdown]
# ## What to look for
# - The joined statement selects `FROM (SELECT … LIMIT ?) AS anon_1`, and the order stands both inside and outside.
# - The first cell sets nothing. Set **Album.songs** to *selectin*: two statements for a page of any size.
# - Make `PAGE` larger, and see which cell gets more expensive, and which gets more wrong.

# %% [markdown] check
# Ten albums with four songs each, joined by hand and limited to ten rows: what is on the page?
# - [ ] Ten albums: the limit counts rows, and each album takes four of them
# - [x] Two albums and half of a third: which looks like a whole one, and lacks two songs
# - [ ] An error: the statement is fine, it only answers another question
