# %% Joined to one
with Session(engine) as session:
    for book in session.scalars(select(Book).options(joinedload(Book.author))):
        book.author.name
