# %% A session that is never closed
session = Session(engine)
for author in session.scalars(select(Author).options(selectinload(Author.books))):
    len(author.books)
