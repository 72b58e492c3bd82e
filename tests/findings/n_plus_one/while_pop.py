#@ shop
# %% While
with SessionLocal() as db:
    todo = list(db.scalars(select(Order)))
    while todo:
        order = todo.pop()
        tags = [t.name for t in order.tags]  #! n_plus_one confirmed Order.tags 24
