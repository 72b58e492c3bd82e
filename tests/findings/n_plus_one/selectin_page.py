# %% Selectin
with Session(engine) as session:
    for author in session.scalars(select(Author).options(selectinload(Author.books))):
        len(author.books)
