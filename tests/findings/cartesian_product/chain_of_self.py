#@ shop
# %% chain of one class
with SessionLocal() as db:
    stmt = select(Product).where(Product.id == 1).options(joinedload(Product.parts).joinedload(Product.parts))
    whole = db.scalars(stmt).unique().one()
    [[p.name for p in part.parts] for part in whole.parts]
