# %% A filter that leaves one row of each is no product
with Session(engine) as session:
    query = (
        select(Author).join(Author.books).where(Book.title == "Book 7").options(joinedload(Author.prizes))
    )
    for author in session.scalars(query).unique():
        print(len(author.prizes))

# %% One that leaves several is
with Session(engine) as session:
    query = select(Author).join(Author.books).where(Book.id < 12).options(joinedload(Author.prizes))
    for author in session.scalars(query).unique():  #! cartesian_product confirmed * 1
        print(len(author.prizes))

# %% Nor is one whose rows are made distinct first
with Session(engine) as session:
    query = select(Author).join(Author.books).distinct().limit(3).options(joinedload(Author.prizes))
    for author in session.scalars(query).unique():
        print(len(author.prizes))
