# %% A limit over owners
with Session(engine) as session:
    query = select(Author).options(joinedload(Author.prizes)).order_by(Author.id).limit(3)
    for author in session.scalars(query).unique():
        len(author.prizes)
    query = select(Author).options(selectinload(Author.books)).order_by(Author.id).limit(3)
    for author in session.scalars(query).all():
        len(author.books)
