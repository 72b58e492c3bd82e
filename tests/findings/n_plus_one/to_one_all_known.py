# %% To one
with Session(engine) as session:
    authors = session.scalars(select(Author)).all()
    for book in session.scalars(select(Book)):
        book.author.name
