#@ school
# %% Big setup
class Sale(Base):
    __tablename__ = "sale"
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]
    code: Mapped[int]
    amount: Mapped[int] = mapped_column(index=True)
    items: Mapped[list["Item"]] = relationship(back_populates="sale")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    sale: Mapped["Sale"] = relationship(back_populates="items")


Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Sale), [{"id": n, "region": f"r{n % 7}", "code": n * 3, "amount": n} for n in range(1, 2001)])
    s.execute(insert(Item), [{"id": n, "sku": f"k{n % 50}", "sale_id": n % 2000 + 1} for n in range(1, 4001)])
    s.commit()

# %% lazy loop over an unindexed foreign key
with Local() as s:
    for sale in s.scalars(select(Sale).where(Sale.amount < 6)):
        print(len(sale.items))  #! n_plus_one confirmed Sale.items 5 #! full_scan confirmed Sale.items 5

# %% by an unindexed column in a loop
with Local() as s:
    for code in (3, 6, 9, 12):
        print(s.scalar(select(Sale.id).where(Sale.code == code)))  #! n_plus_one suspected - 4 #! full_scan confirmed - 4

# %% by an indexed column in a loop
with Local() as s:
    for amount in (3, 6, 9, 12):
        print(s.scalar(select(Sale.id).where(Sale.amount == amount)))  #! n_plus_one suspected - 4

# %% one scan
with Local() as s:
    print(s.scalar(select(Sale.id).where(Sale.code == 30)))

# %% a report over everything
with Local() as s:
    print(s.execute(select(Sale.region, func.count()).group_by(Sale.region)).all())

# %% selectin over the unindexed key
with Local() as s:
    print([len(sale.items) for sale in s.scalars(select(Sale).where(Sale.amount < 6).options(selectinload(Sale.items)))])

# %% joined over the unindexed key
with Local() as s:
    print([len(sale.items) for sale in s.scalars(select(Sale).where(Sale.amount < 6).options(joinedload(Sale.items))).unique()])

# %% update by an unindexed column in a loop
with Local() as s:
    for code in (3, 6, 9, 12):
        s.execute(update(Sale).where(Sale.code == code).values(region="x"))  #! unbatched_writes suspected - 4 #! full_scan confirmed - 4
    s.commit()

# %% LIKE in a loop over the large table
with Local() as s:
    for p in ("k1%", "k2%", "k3%"):
        print(s.scalar(select(func.count()).select_from(Item).where(Item.sku.like(p))))

# %% counting scan in a loop, aggregated over region
with Local() as s:
    for r in ("r1", "r2", "r3"):
        print(s.scalar(select(func.count()).select_from(Sale).where(Sale.region == r)))  #! n_plus_one suspected - 3 #! full_scan confirmed - 3

# %% walk by keyset with the index
with Local() as s:
    last = 0
    for _ in range(4):
        rows = s.scalars(select(Sale).where(Sale.id > last).order_by(Sale.id).limit(5)).all()
        last = rows[-1].id
    print(last)

# %% offset pages of a big table
with Local() as s:
    for page in range(4):
        print(len(s.scalars(select(Sale).order_by(Sale.id).limit(5).offset(page * 400)).all()))
