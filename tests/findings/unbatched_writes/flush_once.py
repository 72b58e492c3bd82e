# %% One flush
with Session(engine) as session:
    session.add_all([Log(message=f"{n}") for n in range(50)])
    session.commit()
    for author in session.scalars(select(Author)):
        author.name = author.name.upper()
    session.commit()
