# %% The same twice
with Session(engine) as session:
    session.scalars(select(Author).where(Author.name == "Author 3")).one()
    session.scalars(select(Author).where(Author.name == "Author 3")).one()  #! duplicate confirmed - 2
