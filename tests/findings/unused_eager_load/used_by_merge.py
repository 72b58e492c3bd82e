#@ shop
# %% What is merged elsewhere takes along what is loaded
with Session(engine) as session:
    customers = session.scalars(select(Customer).options(selectinload(Customer.addresses))).all()
elsewhere = create_engine("sqlite://")
Base.metadata.create_all(elsewhere)
with Session(elsewhere) as session:
    for customer in customers:
        session.merge(customer)  #! n_plus_one suspected - 8 #! n_plus_one suspected - 16
    session.commit()
