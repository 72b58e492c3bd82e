#@ shop
# %% the same load twice, then read
with SessionLocal() as db:
    stmt = select(Customer).options(joinedload(Customer.addresses))
    first = db.scalars(stmt.where(Customer.id < 5)).unique().all()
    second = db.scalars(stmt.where(Customer.id < 4)).unique().all()
    print([len(c.addresses) for c in first])

# %% the same by selectin
with SessionLocal() as db:
    stmt = select(Customer).options(selectinload(Customer.addresses))
    first = db.scalars(stmt.where(Customer.id < 5)).all()
    second = db.scalars(stmt.where(Customer.id < 4)).all()
    print([len(c.addresses) for c in first])
# %% the second has one more, and nobody reads any
with SessionLocal() as db:
    stmt = select(Customer).options(selectinload(Customer.addresses))
    first = db.scalars(stmt.where(Customer.id < 5)).all()  #! unused_eager_load confirmed Customer.addresses 1
    second = db.scalars(stmt.where(Customer.id < 6)).all()  #! unused_eager_load confirmed Customer.addresses 1
