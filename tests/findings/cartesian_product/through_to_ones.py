# %% A collection, and one of what each row has one of
with Session(engine) as session:
    query = select(Book).options(joinedload(Book.reviews), joinedload(Book.author).joinedload(Author.prizes))
    for book in session.scalars(query).unique():  #! cartesian_product confirmed * 1
        print(len(book.reviews), len(book.author.prizes))

# %% Two of what each row has one of
with Session(engine) as session:
    query = select(Book).options(
        joinedload(Book.author).joinedload(Author.prizes), joinedload(Book.editor).joinedload(Author.prizes)
    )
    for book in session.scalars(query).unique():  #! cartesian_product confirmed Author.prizes 1
        print(len(book.author.prizes), len(book.editor.prizes))

# %% Joins of the query's own
with Session(engine) as session:
    query = select(func.count(Review.id)).select_from(Book).join(Book.author).join(Author.prizes).join(Book.reviews)
    print(session.scalar(query))  #! cartesian_product suspected * 1

# %% What is read from a join is no second one
with Session(engine) as session:
    query = (
        select(Book)
        .join(Book.author)
        .join(Author.prizes)
        .options(contains_eager(Book.author).contains_eager(Author.prizes))
        .where(Book.id < 4)
    )
    for book in session.scalars(query).unique():
        print(len(book.author.prizes))
