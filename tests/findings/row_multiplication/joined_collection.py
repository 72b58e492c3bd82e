# %% Four rows each
with Session(engine) as session:
    for author in session.scalars(select(Author).options(joinedload(Author.books))).unique():
        len(author.books)
