#@ shop
# %% pages
with SessionLocal() as db:
    last = 0
    while True:
        page = db.query(Order).filter(Order.customer_id > 0, Order.id > last).order_by(Order.id).limit(5).all()
        if not page:
            break
        last = page[-1].id
    for n in range(4):
        db.query(Order).order_by(Order.id).slice(n * 6, n * 6 + 6).all()
    for rows in db.scalars(select(Order)).partitions(7):
        [o.total for o in rows]
