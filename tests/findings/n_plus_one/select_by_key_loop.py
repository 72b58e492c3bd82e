# %% Select by one key in a loop
with Session(engine) as session:
    for author in session.scalars(select(Author)).all():
        session.scalars(select(Book).where(Book.author_id == author.id)).all()  #! n_plus_one suspected - 10
