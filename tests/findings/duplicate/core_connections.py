#@ shop
# %% dup
for _ in range(3):
    with engine.connect() as connection:
        connection.execute(select(Tag.__table__)).all()  #! duplicate confirmed - 3
