# %% The database's own schema
with Session(engine) as session:
    session.execute(text("SELECT name FROM main.authors WHERE id = 1")).all()
    session.execute(update(Author).where(Author.id == 1).values(name="x"))
    session.execute(text("SELECT name FROM main.authors WHERE id = 1")).all()
    session.execute(text("SELECT name FROM main.authors WHERE id = 1")).all()  #! duplicate confirmed - 2
