# %% A commit for each change
with Session(engine, expire_on_commit=False) as session:
    for author in session.scalars(select(Author)).all():
        author.name = author.name.upper()
        session.commit()  #! unbatched_writes confirmed - 10
