#@ shop
# %% w
with SessionLocal() as db:
    db.add(Tag(name="x"))
    db.commit()
    db.add(Tag(name="y"))
    db.commit()
    db.add(Tag(name="z"))
    db.commit()
    db.execute(sa.update(Tag).values(name="w"))
    db.commit()
