#@ shop
# %% no dup
with SessionLocal() as db:
    o = db.get(Order, 1)
    query = select(Tag).join(Tag.orders).where(Order.id == 1)
    before = db.scalars(query).all()
    o.tags.append(db.get(Tag, 4))
    after = db.scalars(query).all()
