# %% One author
with Session(engine) as session:
    author = session.get(Author, 1)
    len(author.books)
    len(author.books)
