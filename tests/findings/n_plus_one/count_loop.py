# %% Count in a loop
with Session(engine) as session:
    for author in session.scalars(select(Author)).all():
        session.scalar(select(func.count()).select_from(Book).where(Book.author_id == author.id))  #! n_plus_one suspected - 10
