# %% In a setup cell, nothing is told setup
with Session(engine) as session:
    for author in session.scalars(select(Author)):
        len(author.books)
    for n in range(5):
        session.add(Log(message="x"))
        session.commit()
