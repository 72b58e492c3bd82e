# %% Many setup
with Session(engine) as session:
    session.execute(insert(Review), [{"text": "More", "book_id": n % 40 + 1} for n in range(400)])
    session.commit()

# %% Joined behind a selectin
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books).joinedload(Book.reviews))
    for author in session.scalars(query):  #! row_multiplication confirmed Book.reviews 1
        print(sum(len(book.reviews) for book in author.books))

# %% What a selectin shares among owners is not multiplied by a join
with Session(engine) as session:
    query = select(Book).options(selectinload(Book.editor).joinedload(Author.prizes))
    for book in session.scalars(query):
        print(len(book.editor.prizes))
