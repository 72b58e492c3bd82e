# %% Over it budget=2 #! over_budget confirmed - 3
with Session(engine) as session:
    session.get(Author, 1)
    session.get(Book, 1)
    session.get(Prize, 1)
