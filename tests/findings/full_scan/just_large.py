#@ shop
# %% Tables setup
class Small(Base):
    __tablename__ = "small"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
class Large(Base):
    __tablename__ = "large"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
class VeryLarge(Base):
    __tablename__ = "very_large"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
Base.metadata.create_all(engine)
with Session(engine) as session:
    for table, rows in ((Small, 400), (Large, 500), (VeryLarge, 5000)):
        session.execute(insert(table), [{"code": f"c{n}"} for n in range(rows)])
    session.commit()

# %% one row more than steps
with SessionLocal() as db:
    for n in range(3):
        db.scalars(select(Small).where(Small.code == f"c{n}")).all()  #! n_plus_one suspected - 3
        db.scalars(select(Large).where(Large.code == f"c{n}")).all()  #! n_plus_one suspected - 3 #! full_scan confirmed - 3
    db.scalars(select(VeryLarge).where(VeryLarge.code == "c7")).all()  #! full_scan confirmed - 1
