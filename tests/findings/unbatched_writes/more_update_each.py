#@ shop
# %% w
with Session(engine, expire_on_commit=False) as db:
    for i, c in enumerate(db.scalars(select(Customer)).all()):
        if i % 2:
            c.name = c.name.lower()
        else:
            c.email = None
        db.commit()  #! unbatched_writes confirmed - 8
