# %% Helper
def titles(authors):
    return [book.title for author in authors for book in author.books]  #! n_plus_one confirmed Author.books 10

# %% Both pages
with Session(engine) as session:
    titles(session.scalars(select(Author).where(Author.id < 5)).all())
    titles(session.scalars(select(Author).where(Author.id >= 5)).all())
