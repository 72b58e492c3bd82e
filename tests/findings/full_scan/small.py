# %% Setup setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
class Base(DeclarativeBase):
    pass
class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[list["Player"]] = relationship(back_populates="team")
class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped["Team"] = relationship(back_populates="players")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Team), [{"id": n} for n in range(1, 21)])
    session.execute(insert(Player), [{"id": n, "team_id": n % 20 + 1} for n in range(1, 101)])
    session.commit()
# %% List
with Session(engine) as session:
    for team in session.scalars(select(Team)):
        print(len(team.players))  #! n_plus_one confirmed Team.players 20
