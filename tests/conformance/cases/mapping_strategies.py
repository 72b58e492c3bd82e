# strategies that the mapping sets, and options against them
# strategies: lazy, selectin, joined, subquery, immediate
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    lazyload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    players: Mapped[list["Player"]] = relationship(back_populates="team", lazy="selectin", order_by="Player.id")
    coaches: Mapped[list["Coach"]] = relationship(back_populates="team", lazy="joined", order_by="Coach.id")


class Player(Base):
    __tablename__ = "players"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped["Team"] = relationship(back_populates="players", lazy="joined", innerjoin=True)


class Coach(Base):
    __tablename__ = "coaches"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped["Team"] = relationship(back_populates="coaches", lazy="raise")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Team(id=n, name=f"Team {n}", players=[Player(name="p"), Player(name="q")], coaches=[Coach(name="c")]) for n in (1, 2)])
    session.commit()
with Session(engine) as session:
    for team in session.scalars(select(Team).order_by(Team.id)).unique():
        print(team.name, len(team.players), len(team.coaches))
with Session(engine) as session:
    for player in session.scalars(select(Player).order_by(Player.id)).unique():
        print(player.name, player.team.name, len(player.team.coaches))
with Session(engine) as session:
    query = select(Team).options(lazyload(Team.players), selectinload(Team.coaches)).order_by(Team.id)
    for team in session.scalars(query).unique():
        print(team.name, len(team.players), len(team.coaches))
with Session(engine) as session:
    print(session.get(Team, 1).name)
    coach = session.scalars(select(Coach).where(Coach.team_id == 2)).unique().one()
    coach.team
