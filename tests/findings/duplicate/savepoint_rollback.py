#@ shop
# %% no dup
with SessionLocal() as db:
    nested = db.begin_nested()
    db.execute(sa.insert(Tag), [{"name": "n1"}, {"name": "n2"}])
    db.execute(select(Tag)).all()
    nested.rollback()
    db.execute(select(Tag)).all()
