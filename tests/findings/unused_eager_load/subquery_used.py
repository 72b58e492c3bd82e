# %% Subquery
with Session(engine) as session:
    for author in session.scalars(select(Author).options(subqueryload(Author.books))).all():
        len(author.books)
