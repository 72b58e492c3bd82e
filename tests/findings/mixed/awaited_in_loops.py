#@ music
# %% Async models setup
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine


class ABase(AsyncAttrs, DeclarativeBase):
    pass


class Team(ABase):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    players: Mapped[list["Player"]] = relationship(back_populates="team")


class Player(ABase):
    __tablename__ = "players"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str] = mapped_column(deferred=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped["Team"] = relationship(back_populates="players")


aengine = create_async_engine("sqlite+aiosqlite://")
amaker = async_sessionmaker(aengine, expire_on_commit=False)


async def prepare():
    async with aengine.begin() as c:
        await c.run_sync(ABase.metadata.create_all)
    async with amaker() as s:
        s.add_all(Team(id=t, name=f"T{t}", players=[Player(name=f"p{t}{p}", bio="b") for p in range(3)]) for t in range(1, 6))
        await s.commit()


asyncio.run(prepare())


# %% awaitable_attrs in a loop
async def main():
    async with amaker() as s:
        for t in (await s.scalars(select(Team))).all():
            print(len(await t.awaitable_attrs.players))  #! n_plus_one confirmed Team.players 5


asyncio.run(main())


# %% awaitable_attrs in an async comprehension
async def main():
    async with amaker() as s:
        print([(await p.awaitable_attrs.team).name for p in await s.scalars(select(Player))])  #! n_plus_one confirmed Player.team 5


asyncio.run(main())


# %% selectin, then plain reads
async def main():
    async with amaker() as s:
        print([len(t.players) for t in await s.scalars(select(Team).options(selectinload(Team.players)))])


asyncio.run(main())


# %% run_sync
async def main():
    def count(session):
        return sum(len(t.players) for t in session.scalars(select(Team)))  #! n_plus_one confirmed Team.players 5

    async with amaker() as s:
        print(await s.run_sync(count))


asyncio.run(main())


# %% get in a loop
async def main():
    async with amaker() as s:
        print([(await s.get(Player, n)).name for n in range(1, 6)])  #! n_plus_one suspected - 5


asyncio.run(main())


# %% refresh with attribute names
async def main():
    async with amaker() as s:
        for t in (await s.scalars(select(Team))).all():
            await s.refresh(t, ["players"])  #! n_plus_one confirmed Team.players 5
            print(len(t.players))


asyncio.run(main())


# %% gather over sessions, each of its own
async def one(n):
    async with amaker() as s:
        t = (await s.scalars(select(Team).where(Team.id == n).options(selectinload(Team.players)))).one()  #! n_plus_one suspected - 4  #! n_plus_one confirmed Team.players 4
        return len(t.players)


async def main():
    print(await asyncio.gather(*(one(n) for n in range(1, 5))))


asyncio.run(main())


# %% deferred by awaitable_attrs
async def main():
    async with amaker() as s:
        for p in (await s.scalars(select(Player).where(Player.id < 5))).all():
            print(await p.awaitable_attrs.bio)  #! n_plus_one confirmed Player.bio 4


asyncio.run(main())


# %% stream scalars with commit each
async def main():
    async with amaker() as s:
        for n in range(4):
            s.add(Team(name=f"X{n}"))
            await s.commit()  #! unbatched_writes confirmed - 4


asyncio.run(main())


# %% eager and unread
async def main():
    async with amaker() as s:
        print([t.name for t in await s.scalars(select(Team).options(selectinload(Team.players)))])  #! unused_eager_load confirmed Team.players 1


asyncio.run(main())
