# %% Asked again after the loop
with Session(engine) as session:
    for author in session.scalars(select(Author).where(Author.id < 7)).all():
        session.scalar(select(func.count(Book.id)).where(Book.author_id == author.id))  #! n_plus_one suspected - 6
    session.scalar(select(func.count(Book.id)).where(Book.author_id == 5))  #! duplicate confirmed - 2
    session.scalar(select(func.count(Book.id)).where(Book.author_id == 9))

# %% After a write it is another question
with Session(engine) as session:
    for author in session.scalars(select(Author).where(Author.id < 7)).all():
        session.scalar(select(func.count(Book.id)).where(Book.author_id == author.id))  #! n_plus_one suspected - 6
    session.execute(update(Book).values(title="x").where(Book.id == 1))
    session.scalar(select(func.count(Book.id)).where(Book.author_id == 5))
