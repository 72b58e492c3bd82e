# %% session.get in a loop
with Session(engine) as session:
    for key in range(1, 9):
        session.get(Author, key)  #! n_plus_one suspected - 8
