# %% A limit over a join
with Session(engine) as session:
    query = select(Author).join(Author.books).options(contains_eager(Author.books)).order_by(Author.id).limit(10)
    for author in session.scalars(query).unique():  #! page_of_rows confirmed Author.books 1
        len(author.books)
