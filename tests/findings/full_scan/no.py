#@ shop
# %% Big setup
class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[int]
    kind: Mapped[str]
    stamp: Mapped[int] = mapped_column(index=True)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Event), [{"id": n, "user": n % 100, "kind": "abc"[n % 3], "stamp": n} for n in range(1, 3001)])
    session.commit()

# %% no scan
with SessionLocal() as db:
    for stamp in range(5):
        db.scalars(select(Event).where(Event.stamp == stamp)).all()  #! n_plus_one suspected - 5
    for stamp in range(5):
        db.get(Event, stamp + 1)  #! n_plus_one suspected - 5
    db.scalars(select(Event).where(Event.user == 3)).all()
    for name in ("C1", "C2", "C3", "C4"):
        db.scalars(select(Customer).where(Customer.name == name)).all()  #! n_plus_one suspected - 4
    for kind in "ab":
        db.scalars(select(Event).where(Event.kind == kind)).all()
    db.scalars(select(Event)).all()
