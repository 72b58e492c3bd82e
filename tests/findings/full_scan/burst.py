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

# %% scan
with SessionLocal() as db:
    for user in range(5):
        db.scalars(select(Event).where(Event.user == user)).first()  #! full_scan confirmed - 5 #! n_plus_one suspected - 5
    for user in range(5):
        db.query(Event).filter_by(user=user).count()  #! full_scan confirmed - 5 #! n_plus_one suspected - 5
    for user in range(5):
        db.execute(text("select id from event where user = :u"), {"u": user}).all()  #! full_scan confirmed - 5 #! n_plus_one suspected - 5
