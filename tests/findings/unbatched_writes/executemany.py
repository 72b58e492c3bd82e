#@ shop
# %% w
with SessionLocal() as db:
    db.add_all(Tag(name=str(n)) for n in range(30))
    db.flush()
    db.execute(insert(Tag), [{"name": str(n)} for n in range(30)])
    db.bulk_save_objects([Tag(name="b") for _ in range(5)])
    for c in db.scalars(select(Customer)).all():
        c.name += "!"
    for r in db.scalars(select(Remark)).all():
        db.delete(r)
    db.commit()
