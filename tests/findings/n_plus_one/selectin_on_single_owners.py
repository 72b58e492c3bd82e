# %% One author after the other
with Session(engine) as session:
    for key in range(1, 11):
        query = select(Author).where(Author.id == key).options(selectinload(Author.books))
        author = session.scalars(query).one()  #! n_plus_one confirmed Author.books 10 #! n_plus_one suspected - 10
        len(author.books)
