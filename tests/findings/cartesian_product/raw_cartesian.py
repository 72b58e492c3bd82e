# %% Raw SQL
with Session(engine) as session:
    session.execute(text("SELECT a.name, p.name FROM authors a, prizes p")).all()  #! cartesian_product suspected - 1
    session.execute(text("SELECT a.name, p.name FROM authors a, prizes p WHERE a.id = p.author_id")).all()
