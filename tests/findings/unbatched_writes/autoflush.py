#@ shop
# %% w
with SessionLocal() as db:
    for n in range(6):
        db.add(Tag(name=f"new {n}"))
        db.query(Tag).filter_by(name="t1").all()  #! unbatched_writes confirmed - 6
    db.commit()
