# %% Three levels
with Session(engine) as session:
    for author in session.scalars(select(Author)):
        for book in author.books:  #! n_plus_one confirmed Author.books 10
            len(book.reviews)  #! n_plus_one confirmed Book.reviews 40
