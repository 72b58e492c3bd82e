# %% One author
with Session(engine) as session:
    author = session.scalars(select(Author).where(Author.id == 1).options(selectinload(Author.books))).one()
    len(author.books)
