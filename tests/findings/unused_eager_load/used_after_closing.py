# %% Read after the session is closed
with Session(engine) as session:
    authors = session.scalars(select(Author).options(selectinload(Author.books))).all()
for author in authors:
    len(author.books)
