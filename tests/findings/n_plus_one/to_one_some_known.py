# %% To one
with Session(engine) as session:
    books = session.scalars(select(Book).order_by(Book.id)).all()
    for book in books:
        book.author.name  #! n_plus_one confirmed Book.author 10
