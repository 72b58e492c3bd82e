# %% More books setup
with Session(engine) as session:
    session.execute(
        insert(Book), [{"title": f"More {n}", "author_id": n % 10 + 1, "editor_id": 1} for n in range(200)]
    )
    session.commit()

# %% Joined
with Session(engine) as session:
    for author in session.scalars(select(Author).options(joinedload(Author.books))).unique():  #! row_multiplication confirmed Author.books 1
        len(author.books)
