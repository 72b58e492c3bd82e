# %% A commit for each row
with Session(engine) as session:
    for n in range(6):
        session.add(Log(message=f"{n}"))
        session.commit()  #! unbatched_writes confirmed - 6
