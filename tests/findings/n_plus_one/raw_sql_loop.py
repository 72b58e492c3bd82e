# %% Raw SQL in a loop
with Session(engine) as session:
    for key in range(1, 6):
        session.execute(text(f"SELECT title FROM books WHERE author_id = {key}")).all()  #! n_plus_one suspected - 5
