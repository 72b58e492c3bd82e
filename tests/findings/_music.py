# %% Models setup
import asyncio
import functools
import itertools
from collections import Counter, defaultdict

from sqlalchemy import (
    Column, ForeignKey, ForeignKeyConstraint, Index, Table, and_, case, create_engine, delete, event, exists, func,
    insert, literal, or_, select, text, tuple_, union_all, update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase, DynamicMapped, Mapped, Session, WriteOnlyMapped, aliased, column_property, contains_eager, defer,
    deferred, immediateload, joinedload, lazyload, load_only, mapped_column, noload, raiseload, relationship,
    selectinload, sessionmaker, subqueryload, undefer,
)


class Base(DeclarativeBase):
    pass


artist_genre = Table(
    "artist_genre",
    Base.metadata,
    Column("artist_id", ForeignKey("artists.id"), primary_key=True),
    Column("genre_id", ForeignKey("genres.id"), primary_key=True),
)


class Label(Base):
    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    artists: Mapped[list["Artist"]] = relationship(back_populates="label")

    @property
    def roster(self):
        return sorted(self.artists, key=lambda artist: artist.name)


class Artist(Base):
    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str] = mapped_column(deferred=True)
    label_id: Mapped[int | None] = mapped_column(ForeignKey("labels.id"), index=True)
    label: Mapped["Label | None"] = relationship(back_populates="artists")
    albums: Mapped[list["Album"]] = relationship(back_populates="artist", order_by="Album.id", cascade="all, delete-orphan")
    genres: Mapped[list["Genre"]] = relationship(secondary=artist_genre, back_populates="artists")
    profile: Mapped["Profile | None"] = relationship(back_populates="artist")

    @property
    def label_name(self):
        return self.label.name if self.label else "independent"

    @hybrid_property
    def album_count(self):
        return len(self.albums)

    @functools.cached_property
    def first_title(self):
        return self.albums[0].title


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"), unique=True)
    artist: Mapped["Artist"] = relationship(back_populates="profile")


class Genre(Base):
    __tablename__ = "genres"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    artists: Mapped[list["Artist"]] = relationship(secondary=artist_genre, back_populates="genres")


class Album(Base):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    year: Mapped[int]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    artist: Mapped["Artist"] = relationship(back_populates="albums")
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")
    awards: Mapped[list["Award"]] = relationship()
    plays: DynamicMapped["Play"] = relationship(passive_deletes=True)
    sales: WriteOnlyMapped["Sale"] = relationship(passive_deletes=True)

    @property
    def length(self):
        return sum(track.seconds for track in self.tracks)


class Track(Base):
    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    seconds: Mapped[int]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)
    album: Mapped["Album"] = relationship(back_populates="tracks")


class Award(Base):
    __tablename__ = "awards"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)


class Play(Base):
    __tablename__ = "plays"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[int]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)


class Sale(Base):
    __tablename__ = "sales"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)


class Seat(Base):
    __tablename__ = "seats"
    hall: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    colour: Mapped[str]
    bookings: Mapped[list["Booking"]] = relationship(back_populates="seat")


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[str]
    hall: Mapped[str]
    number: Mapped[int]
    seat: Mapped["Seat"] = relationship(back_populates="bookings")
    __table_args__ = (ForeignKeyConstraint(["hall", "number"], ["seats.hall", "seats.number"]),)


class Node(Base):
    __tablename__ = "nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("nodes.id"), index=True)
    parent: Mapped["Node | None"] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Node"]] = relationship(back_populates="parent")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# 3 labels; 12 artists (4 a label, by turns), 3 albums each (36), 4 tracks an album (144), 2 awards an album (72),
# 2 plays and 2 sales an album; 4 genres, each artist in 2; a profile for artists 1 to 6; 12 seats with a booking each;
# a tree: 1 with children 2, 3, 4, each with 3 children (5..13).
with Session(engine) as s:
    s.execute(insert(Label), [{"id": n, "name": f"L{n}"} for n in range(1, 4)])
    s.execute(insert(Artist), [{"id": n, "name": f"A{n:02}", "bio": "b" * 50, "label_id": (n - 1) % 3 + 1} for n in range(1, 13)])
    s.execute(insert(Profile), [{"id": n, "site": f"s{n}", "artist_id": n} for n in range(1, 7)])
    s.execute(insert(Genre), [{"id": n, "name": f"G{n}"} for n in range(1, 5)])
    s.execute(insert(artist_genre), [{"artist_id": a, "genre_id": (a + k) % 4 + 1} for a in range(1, 13) for k in (0, 1)])
    s.execute(insert(Album), [{"id": n, "title": f"T{n}", "year": 1990 + n % 7, "artist_id": (n - 1) // 3 + 1} for n in range(1, 37)])
    s.execute(insert(Track), [{"id": n, "title": f"K{n}", "seconds": n, "album_id": (n - 1) // 4 + 1} for n in range(1, 145)])
    s.execute(insert(Award), [{"id": n, "name": f"W{n}", "album_id": (n - 1) // 2 + 1} for n in range(1, 73)])
    s.execute(insert(Play), [{"id": n, "day": n % 5, "album_id": (n - 1) // 2 + 1} for n in range(1, 73)])
    s.execute(insert(Sale), [{"id": n, "price": n % 9, "album_id": (n - 1) // 2 + 1} for n in range(1, 73)])
    s.execute(insert(Seat), [{"hall": h, "number": n, "colour": "red"} for h in "ABC" for n in range(1, 5)])
    s.execute(insert(Booking), [{"id": i, "guest": f"g{i}", "hall": h, "number": n} for i, (h, n) in enumerate([(h, n) for h in "ABC" for n in range(1, 5)], 1)])
    s.execute(insert(Node), [{"id": 1, "name": "root", "parent_id": None}])
    s.execute(insert(Node), [{"id": n, "name": f"n{n}", "parent_id": 1} for n in range(2, 5)])
    s.execute(insert(Node), [{"id": n, "name": f"n{n}", "parent_id": (n - 5) // 3 + 2} for n in range(5, 14)])
    s.execute(insert(Note), [{"id": n, "body": f"b{n}"} for n in range(1, 11)])
    s.commit()

