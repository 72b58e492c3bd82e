# %% Two lines
with Session(engine) as session:
    for author in session.scalars(select(Author)):
        if author.id % 2:
            len(author.books)  #! n_plus_one confirmed Author.books 5
        else:
            list(author.books)  #! n_plus_one confirmed Author.books 5
