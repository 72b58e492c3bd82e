# %% List
with Session(engine) as session:
    for author in session.scalars(select(Author)):
        len(author.books)  #! n_plus_one confirmed Author.books 10
