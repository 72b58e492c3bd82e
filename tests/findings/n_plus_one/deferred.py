# %% Deferred column
with Session(engine) as session:
    for author in session.scalars(select(Author).options(defer(Author.name))).all():
        author.name  #! n_plus_one confirmed Author.name 10
