#@ shop
# %% one joined, one selectin
with SessionLocal() as db:
    for o in db.scalars(select(Order).options(joinedload(Order.lines), selectinload(Order.tags))).unique():
        len(o.lines), len(o.tags)
