#@ shop
# %% One
with SessionLocal() as db:
    db.execute(select(Tag)).all()
# %% Two
with SessionLocal() as db:
    db.execute(select(Tag)).all()
