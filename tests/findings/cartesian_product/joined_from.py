# %% Joined by a condition
with Session(engine) as session:
    session.execute(select(Author.name, Prize.name).where(Prize.author_id == Author.id)).all()
    session.execute(select(Author.name, Prize.name).join(Author.prizes)).all()
