# %% A write to another table in between
with Session(engine) as session:
    session.scalar(select(func.count()).select_from(Book))
    session.add(Log(message="hello"))
    session.flush()
    session.scalar(select(func.count()).select_from(Book))  #! duplicate confirmed - 2
