# %% Expired by the commit
with Session(engine) as session:
    authors = session.scalars(select(Author)).all()
    session.commit()
    for author in authors:
        author.name  #! n_plus_one confirmed Author.name 10
