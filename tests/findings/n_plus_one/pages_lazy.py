# %% Pages of owners, read one by one
with Session(engine) as session:
    for page in range(3):
        for author in session.scalars(select(Author).order_by(Author.id).limit(3).offset(page * 3)).all():
            len(author.books)  #! n_plus_one confirmed Author.books 9
