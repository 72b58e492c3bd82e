#@ shop
# %% core
orders = Order.__table__
with engine.connect() as connection:
    for (key,) in connection.execute(select(Customer.id)).all():
        connection.execute(select(orders.c.id).where(orders.c.customer_id == key)).all()  #! n_plus_one suspected - 8
        connection.execute(text("select count(*) from address where customer_id = :key"), {"key": key}).scalar()  #! n_plus_one suspected - 8
        connection.exec_driver_sql("select * from account where customer_id = ?", (key,)).all()  #! n_plus_one suspected - 8
