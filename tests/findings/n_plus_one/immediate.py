# %% Immediate
with Session(engine) as session:
    query = select(Author).options(immediateload(Author.books))
    for author in session.scalars(query).all():  #! n_plus_one confirmed Author.books 10
        len(author.books)
