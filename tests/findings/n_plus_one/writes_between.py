#@ shop
# %% writes
with SessionLocal() as db:
    for c in db.query(Customer).all():
        db.execute(sa.update(Account).where(Account.customer_id == c.id).values(balance=0))  #! unbatched_writes suspected - 8 #! n_plus_one confirmed Customer.id 7
        db.commit()
        for o in c.orders:  #! n_plus_one confirmed Customer.orders 8 #! n_plus_one confirmed Customer.id 8
            pass
