# What listeners are told of what queries and get() execute
# strategies: none
from sqlalchemy import ForeignKey, create_engine, event, func, select, update
from sqlalchemy.orm import *


class Base(DeclarativeBase): ...


class Album(Base):
    __tablename__ = "album"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    deleted: Mapped[bool] = mapped_column(default=False)
    tracks: Mapped[list["Track"]] = relationship()


class Track(Base):
    __tablename__ = "track"
    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[int]
    album_id: Mapped[int] = mapped_column(ForeignKey("album.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Local = sessionmaker(engine)


@event.listens_for(Local, "do_orm_execute")
def told(state):
    options = {name: value for name, value in state.execution_options.items() if not name.startswith(("_", "sa_"))}
    print(" *", state.is_orm_statement, state.bind_mapper, state.is_relationship_load, options)
    if not state.is_relationship_load and state.is_select and not options.get("include_deleted"):
        state.statement = state.statement.options(with_loader_criteria(Album, Album.deleted.is_(False)))


@event.listens_for(Local, "after_bulk_update")
def updated(context):
    print(" updated", context.result.rowcount, context.mapper, len(context.values), context.session is s, context.update_kwargs)


@event.listens_for(Local, "after_bulk_delete")
def deleted(context):
    print(" deleted", context.result.rowcount, context.mapper, context.delete_kwargs)


with Local() as s:
    s.add_all([Album(title=f"a{n}", deleted=n == 2, tracks=[Track(no=n)]) for n in range(3)])
    s.commit()
    s.expunge_all()
    print(s.get(Album, 3))
    print(s.get(Album, 3, execution_options={"include_deleted": True}).title)
    s.expunge_all()
    print(s.get(Album, 3, options=[selectinload(Album.tracks)], execution_options={"include_deleted": True}).tracks[0].no)
    print(s.query(Album).count(), s.query(Album.id).count(), s.query(Album).filter_by(title="a1").count())
    print(s.scalar(select(func.count()).select_from(Track)), s.scalar(select(func.count(Track.id))), s.scalar(select(1)))
    print(s.query(Track).filter(Track.no == 1).update({"no": 7}), s.query(Track).filter(Track.no == 2).delete())
    print(s.query(Track).filter(Track.no == 0).update({Track.no: Track.no + 1}, synchronize_session=False))
    s.execute(update(Track).values(no=3))
