# %% Helper
def show(condition):
    with Session(engine) as session:
        for author in session.scalars(select(Author).where(condition)):
            len(author.books)  #! n_plus_one confirmed Author.books 5 #! n_plus_one confirmed Author.books 5

# %% First
show(Author.id <= 5)

# %% Second
show(Author.id > 5)
