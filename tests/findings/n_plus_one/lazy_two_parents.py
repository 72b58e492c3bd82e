# %% Two authors
with Session(engine) as session:
    for author in session.scalars(select(Author).limit(2)):
        len(author.books)  #! n_plus_one suspected Author.books 2
