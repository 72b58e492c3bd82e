# %% More setup
with Session(engine) as session:
    session.execute(insert(Author), [{"id": n, "name": f"Author {n}"} for n in range(11, 1002)])
    session.commit()

# %% 1001 owners in chunks of 500
with Session(engine) as session:
    for author in session.scalars(select(Author).options(selectinload(Author.books))):
        len(author.books)
