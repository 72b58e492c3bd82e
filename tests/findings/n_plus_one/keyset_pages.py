# %% Pages by key
with Session(engine) as session:
    last = 0
    while page := session.scalars(select(Book).where(Book.id > last).order_by(Book.id).limit(8)).all():
        last = page[-1].id
