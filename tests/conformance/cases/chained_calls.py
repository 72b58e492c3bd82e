# Chains of calls over several lines: each link has a line of its own
# strategies: selectin, joined
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    players: Mapped[list["Player"]] = relationship(back_populates="team")


class Player(Base):
    __tablename__ = "players"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped["Team"] = relationship(back_populates="players")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    for name in ("Reds", "Blues"):
        session.add(
            Team(name=name, players=[Player(name=f"{name} {n}") for n in (1, 2)])
        )
    session.commit()

with Session(engine) as session:
    teams = (
        session.scalars(
            select(Team)
            .where(Team.id > 0)
            .order_by(Team.id)
        )
        .unique()
        .all()
    )
    print(
        [
            team.players
            for team in teams
        ][0][0].name
    )

with Session(engine) as session:
    found = (
        session.query(Team)
        .filter(
            Team.name == "Blues",
        )
        .options(
            selectinload(Team.players),
        )
        .first()
    )
    print(len(found.players))
    print(
        session
        .query(Player)
        .filter_by(team=found)
        .count()
    )

with Session(engine) as session:
    player = session.get(
        Player,
        1,
    )
    names = ", ".join(
        other.name
        for other in player.team.players
    )
    print(names)
    row = session.execute(
        select(
            func.count(Player.id),
        )
    ).one(
    )
    print(row)
    arguments = [select(Team.name).order_by(Team.id)]
    print(
        session
        .scalars(*arguments)
        .all()
    )
    try:
        (
            session
            .get(Team, 2).players
            .append(Player(name="late"))
        )
    except Exception as error:
        print(type(error).__name__, error)
