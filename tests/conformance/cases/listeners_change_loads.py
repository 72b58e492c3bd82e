# a listener that changes what the session loads by itself: rows that count as deleted are left out everywhere
from typing import List

from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, with_loader_criteria


class Base(DeclarativeBase):
    pass


class Hidden:
    hidden: Mapped[bool] = mapped_column(default=False)


class Album(Hidden, Base):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    songs: Mapped[List["Song"]] = relationship(back_populates="album", order_by="Song.id")


class Song(Hidden, Base):
    __tablename__ = "songs"
    id: Mapped[int] = mapped_column(primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    album: Mapped["Album"] = relationship(back_populates="songs")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Album(songs=[Song(), Song(hidden=True)]), Album(hidden=True, songs=[Song()])])
    session.commit()

with Session(engine) as session:

    @event.listens_for(session, "do_orm_execute")
    def leave_out(state):
        if state.is_select and not state.is_column_load and not state.is_relationship_load:
            state.statement = state.statement.options(
                with_loader_criteria(Hidden, lambda cls: cls.hidden == False, include_aliases=True)
            )

    print([(album.id, len(album.songs)) for album in session.scalars(select(Album))])
    session.expunge_all()
    album = session.get(Album, 1)
    print(len(album.songs), session.get(Album, 2), session.get(Song, 2))
    session.expire(album)
    print(album.hidden, len(album.songs))

with Session(engine) as session:

    @event.listens_for(session, "do_orm_execute")
    def sort_backwards(state):
        if state.is_relationship_load:
            state.statement = state.statement.order_by(None).order_by(Song.id.desc())

    album = session.get(Album, 1)
    print([song.id for song in album.songs])
