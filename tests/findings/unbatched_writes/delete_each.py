#@ shop
# %% w
with SessionLocal() as db:
    for r in db.scalars(select(Remark).where(Remark.id < 8)).all():
        db.delete(r)
        db.flush()  #! unbatched_writes confirmed - 5
    db.commit()
