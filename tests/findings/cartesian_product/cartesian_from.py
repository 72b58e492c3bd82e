# %% Nothing between them
with Session(engine) as session:
    session.execute(select(Author.name, Prize.name)).all()  #! cartesian_product confirmed - 1
