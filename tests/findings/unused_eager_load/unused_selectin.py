# %% Loaded, never read
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books))
    for author in session.scalars(query).all():  #! unused_eager_load confirmed Author.books 1
        author.name
