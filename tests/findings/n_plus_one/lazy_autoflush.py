# %% Writes in between
with Session(engine) as session:
    for author in session.scalars(select(Author)).all():
        session.add(Log(message=author.name))
        session.add(Log(message=author.name))
        len(author.books)  #! n_plus_one confirmed Author.books 10
    session.rollback()
