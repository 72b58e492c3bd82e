# %% Joined, never read
with Session(engine) as session:
    for book in session.scalars(select(Book).options(joinedload(Book.author))):  #! unused_eager_load confirmed Book.author 1
        book.title
