# %% Two collections joined
with Session(engine) as session:
    query = select(Author).options(joinedload(Author.books), joinedload(Author.prizes))
    for author in session.scalars(query).unique():  #! cartesian_product confirmed Author.books 1
        len(author.books), len(author.prizes)
