# %% Read of one of ten
with Session(engine) as session:
    authors = session.scalars(select(Author).options(selectinload(Author.books))).all()
    len(authors[0].books)
