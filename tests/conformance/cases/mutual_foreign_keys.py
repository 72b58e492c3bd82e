# Tables that refer to one another: with use_alter none is warned of, without it both are told
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    captain_id: Mapped[Optional[int]] = mapped_column(ForeignKey("player.id", use_alter=True, name="fk_captain"))
    captain: Mapped[Optional["Player"]] = relationship(foreign_keys=captain_id, post_update=True)
    players: Mapped[list["Player"]] = relationship(back_populates="team", foreign_keys="Player.team_id")


class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team] = relationship(back_populates="players", foreign_keys=team_id)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
print([table.name for table in Base.metadata.sorted_tables])
with Session(engine) as session:
    team = Team()
    team.players = [Player(), Player()]
    team.captain = team.players[1]
    session.add(team)
    session.commit()
    print(team.captain.id, [player.id for player in team.players])
Base.metadata.drop_all(engine)


class Other(DeclarativeBase):
    pass


class Here(Other):
    __tablename__ = "here"
    id: Mapped[int] = mapped_column(primary_key=True)
    there_id: Mapped[Optional[int]]
    __table_args__ = (ForeignKeyConstraint(["there_id"], ["there.id"], name="fk_there", use_alter=True),)


class There(Other):
    __tablename__ = "there"
    id: Mapped[int] = mapped_column(ForeignKey("here.id"), primary_key=True)


Other.metadata.create_all(engine)
print([table.name for table in Other.metadata.sorted_tables])
Other.metadata.drop_all(engine)


class Circle(DeclarativeBase):
    pass


class One(Circle):
    __tablename__ = "one"
    id: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[Optional[int]] = mapped_column(ForeignKey("other.id"))


class Two(Circle):
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(ForeignKey("one.id"), primary_key=True)


print([table.name for table in Circle.metadata.sorted_tables])
