# relationships, computed columns and keys that a mixin declares for each class
from sqlalchemy import ForeignKey, Integer, String, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    column_property,
    declared_attr,
    deferred,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class OfTeam:
    @declared_attr
    def team_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("teams.id"))

    @declared_attr
    def team(cls) -> Mapped["Team"]:
        return relationship(foreign_keys=cls.team_id, backref=cls.__tablename__)


class Named:
    name: Mapped[str] = mapped_column(String(20))

    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower() + "s"

    @declared_attr
    def loud(cls) -> Mapped[str]:
        return column_property(func.upper(cls.name))

    @declared_attr
    def notes(cls) -> Mapped[str]:
        return deferred(mapped_column("remarks", String, default="-"))


class Player(Named, OfTeam, Base):
    id: Mapped[int] = mapped_column(primary_key=True)


class Coach(Named, OfTeam, Base):
    id: Mapped[int] = mapped_column(Integer, primary_key=True)


print(sorted(Player.__table__.c.keys()), sorted(Coach.__table__.c.keys()))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    team = Team(name="reds")
    session.add_all([Player(name="ida", team=team), Player(name="bo", team=team), Coach(name="kim", team=team)])
    session.commit()
with Session(engine) as session:
    for player in session.scalars(select(Player).order_by(Player.loud)):
        print(player.loud, player.team.name, player.notes)
    team = session.scalars(select(Team)).one()
    print([player.name for player in team.players], [coach.name for coach in team.coachs])
