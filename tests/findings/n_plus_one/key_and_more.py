# %% A bound of each owner beside its key
with Session(engine) as session:
    for author in session.scalars(select(Author)).all():
        query = select(Book).where(Book.author_id == author.id, Book.id > author.id * 3)
        session.scalars(query).all()  #! n_plus_one suspected - 10

# %% A page of another size for each
with Session(engine) as session:
    for author in session.scalars(select(Author)).all():
        query = select(Book).where(Book.author_id == author.id).limit(author.id % 3 + 1)
        session.scalars(query).all()  #! n_plus_one suspected - 10

# %% A key within a function
with Session(engine) as session:
    for number in range(1, 5):
        query = select(Author).where(func.lower(Author.name) == f"author {number}")
        session.scalars(query).all()  #! n_plus_one suspected - 4

# %% Pages of one key
with Session(engine) as session:
    for page in range(4):
        session.scalars(select(Book).where(Book.author_id == 1).limit(1).offset(page)).all()

# %% Pages that begin where the last one ended
with Session(engine) as session:
    editor, last = 0, 0
    for page in range(5):
        query = select(Book).where((Book.editor_id > editor) | ((Book.editor_id == editor) & (Book.id > last)))
        books = session.scalars(query.order_by(Book.editor_id, Book.id).limit(8)).all()
        editor, last = books[-1].editor_id, books[-1].id

# %% A key that is cast
with Session(engine) as session:
    for number in range(1, 5):
        query = text("SELECT title FROM books WHERE CAST(id AS TEXT) = :key")
        session.execute(query, {"key": str(number)}).all()  #! n_plus_one suspected - 4

# %% The line of the attribute, not of what it is read from
with Session(engine) as session:
    for book in session.scalars(select(Book).where(Book.id < 21)).all():
        len(
            book
            .author  #! n_plus_one confirmed Book.author 5
            .prizes  #! n_plus_one confirmed Author.prizes 5
        )
