# %% Large table setup
class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Owner), [{"id": n} for n in range(1, 101)])
    session.execute(insert(Item), [{"owner_id": n % 100 + 1} for n in range(2000)])
    session.commit()

# %% Scans
with Session(engine) as session:
    for owner in session.scalars(select(Owner)):
        len(owner.items)  #! full_scan confirmed Owner.items 100 #! n_plus_one confirmed Owner.items 100

# %% One scan
with Session(engine) as session:
    for owner in session.scalars(select(Owner).options(selectinload(Owner.items))):
        len(owner.items)
