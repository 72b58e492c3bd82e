# %% A write to its table in between
with Session(engine) as session:
    session.scalar(select(func.count()).select_from(Log))
    session.add(Log(message="hello"))
    session.flush()
    session.scalar(select(func.count()).select_from(Log))
    session.execute(update(Log).values(message="x"))
    session.scalar(select(func.count()).select_from(Log))
    session.execute(delete(Log))
    session.scalar(select(func.count()).select_from(Log))
