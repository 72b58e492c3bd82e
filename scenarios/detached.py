# %% [markdown]
# # Detached: the session is gone
# A lazy load needs the session that the object came from. Hand the objects out of the `with` and the session is
# closed: what was loaded stays readable, and what was not is a `DetachedInstanceError`.
#
# It is the same forgotten load as in the N+1 trap. Here it cannot be slow, so it fails.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.orm.exc import DetachedInstanceError

N = 20  # @param {type:"slider", min:1, max:1000, step:1}


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    members: Mapped[list["Member"]] = relationship(back_populates="team", order_by="Member.id")


class Member(Base):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    team: Mapped["Team"] = relationship(back_populates="members")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Team), [{"id": n, "name": f"Team {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Member),
        [{"name": f"Member {m}", "team_id": n} for n in range(1, N + 1) for m in range(1, 5)],
    )
    session.commit()


def show(teams):
    try:
        for team in teams[:2]:
            print(team.name, "has", len(team.members), "members")
    except DetachedInstanceError:
        print("DetachedInstanceError: the list was not loaded, and the session is closed")


# %% Handed out too early budget=2
with Session(engine) as session:
    teams = session.scalars(select(Team).order_by(Team.id)).unique().all()

show(teams)

# %% Loaded before the session closes budget=2
with Session(engine) as session:
    query = select(Team).options(selectinload(Team.members)).order_by(Team.id)
    teams = session.scalars(query).all()

show(teams)

# %% [markdown]
# ## What to try
# - Set **Team.members** to *selectin* or *joined*: the first cell works as well.
# - Move `show(teams)` into the first `with` and run: it works, with a statement for each team. The error was the
#   N+1 trap in another place.

# %% [markdown] check
# Why does `team.name` work after the session was closed, and `team.members` does not?
# - [ ] Names are stored in the object and lists in the session: a loaded list is in the object too
# - [x] The name was loaded with the team; the list would have to be loaded now, and there is no session to do it
# - [ ] The session was closed with an error: it was closed in good order
