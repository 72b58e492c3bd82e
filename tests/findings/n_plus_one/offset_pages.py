# %% Pages by offset
with Session(engine) as session:
    for page in range(5):
        session.scalars(select(Book).order_by(Book.id).limit(8).offset(page * 8)).all()
