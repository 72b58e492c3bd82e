#@ shop
# %% fine
with SessionLocal() as db:
    db.execute(select(Customer, Order).where(Customer.id == Order.customer_id)).all()
    db.execute(select(Customer, Order).join(Order, Order.customer_id == Customer.id)).all()
    db.query(Customer, Order, Line).join(Customer.orders).join(Order.lines).all()
    a, b = aliased(Address), aliased(Address)
    db.execute(select(Order).join(a, Order.billing).join(b, Order.shipping)).all()
    db.execute(select(Order).join(Order.customer).join(Order.billing)).all()
    db.execute(text('SELECT * FROM customer c, "order" o WHERE c.id = o.customer_id')).all()
    db.execute(text('SELECT * FROM customer c JOIN "order" o ON c.id = o.customer_id LEFT JOIN line ON line.order_id = o.id')).all()
    totals = select(Order.customer_id, func.sum(Order.total).label("t")).group_by(Order.customer_id).cte("totals")
    db.execute(select(Customer.name, totals.c.t).join(totals, totals.c.customer_id == Customer.id)).all()
    db.execute(select(Customer).where(Customer.id.in_(select(Order.customer_id)))).all()
    newest = select(func.max(Order.id)).where(Order.customer_id == Customer.id).correlate(Customer).scalar_subquery()
    db.execute(select(Customer.name, newest)).all()
