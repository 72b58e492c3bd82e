#@ shop
# %% w
with SessionLocal() as db:
    for start in range(0, 40, 10):
        for n in range(start, start + 10):
            db.add(Tag(name=str(n)))
        db.flush()
    db.commit()
