# %% Read in a comprehension, and through a joined path
with Session(engine) as session:
    query = select(Book).options(joinedload(Book.author).selectinload(Author.prizes), selectinload(Book.reviews))
    books = session.scalars(query).all()
    print(sum(len(book.author.prizes) + len(book.reviews) for book in books))
