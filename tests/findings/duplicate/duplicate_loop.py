# %% The same in a loop
with Session(engine) as session:
    for _ in range(5):
        session.scalar(select(func.count()).select_from(Book))  #! duplicate confirmed - 5
