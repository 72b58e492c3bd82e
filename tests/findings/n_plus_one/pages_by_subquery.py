# %% Pages, each with a subquery
with Session(engine) as session:
    for page in range(3):
        query = select(Author).order_by(Author.id).limit(3).offset(page * 3).options(subqueryload(Author.books))
        for author in session.scalars(query).all():
            len(author.books)
