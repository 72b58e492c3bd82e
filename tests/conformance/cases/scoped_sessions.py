# Sessions of a scope, and modules of Python's that a scenario may import
# strategies: none
import os, asyncio, threading
from typing_extensions import Annotated, Self
from asyncio import current_task
from sqlalchemy import create_engine, select, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker, create_async_engine
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[Annotated[int, mapped_column(primary_key=True)]]
    name: Mapped[str]
e = create_engine(os.environ.get("NO_SUCH_URL", "sqlite://")); Base.metadata.create_all(e)
S = scoped_session(sessionmaker(e))
S.add(A(name="x")); S.commit()
print(S() is S(), S.registry.has(), [a.name for a in S.scalars(select(A))], A(name="t") in S)
try:
    S(autoflush=False)
except Exception as ex:
    print(type(ex).__name__, ex)
S.remove(); print(S.registry.has())
S2 = scoped_session(sessionmaker(e), scopefunc=lambda: 7)
print(S2(expire_on_commit=False).get(A, 1).name, threading.current_thread().name)
async def main():
    e = create_async_engine("sqlite+aiosqlite://")
    async with e.begin() as c: await c.run_sync(Base.metadata.create_all)
    S = async_scoped_session(async_sessionmaker(e, expire_on_commit=False), scopefunc=current_task)
    S.add(A(name="y")); await S.commit()
    print((await S.scalars(select(A))).all()[0].name)
    await S.remove()
asyncio.run(main())
