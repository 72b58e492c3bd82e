#@ shop
# %% w
with engine.begin() as connection:
    for n in range(5):
        connection.execute(insert(Tag).values(name=str(n)))  #! unbatched_writes suspected - 5
    for n in range(1, 5):
        connection.execute(text("update customer set email = :e where id = :i"), {"e": "x", "i": n})  #! unbatched_writes suspected - 4
    for n in range(1, 4):
        connection.execute(sa.delete(Remark).where(Remark.id == n))  #! unbatched_writes suspected - 3
