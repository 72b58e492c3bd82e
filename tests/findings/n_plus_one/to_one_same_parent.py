# %% To one
with Session(engine) as session:
    for book in session.scalars(select(Book).where(Book.author_id == 1)):
        book.author.name
