#@ shop
# %% a delete goes through the links that were loaded for it
with SessionLocal() as db:
    for order in db.scalars(select(Order).where(Order.id < 4).options(selectinload(Order.tags))).all():
        with db.no_autoflush:
            db.execute(sa.delete(Remark))
            db.execute(sa.delete(Line))
            db.delete(order)
    db.flush()  #! n_plus_one confirmed Order.lines 3
    db.rollback()
# %% and takes the children from their parent
with SessionLocal() as db:
    product = db.get(Product, 1, options=[selectinload(Product.parts)])
    db.delete(product)
    db.flush()
    db.rollback()
