# %% A subquery for nothing
with Session(engine) as session:
    session.scalars(select(Author).options(subqueryload(Author.books))).all()  #! unused_eager_load confirmed Author.books 1
