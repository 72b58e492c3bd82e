#@ shop
# %% Big setup
class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str]
    code: Mapped[str] = mapped_column(index=True)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Event), [{"user": str(n), "code": str(n)} for n in range(20000)])
    session.commit()
# %% slow
with SessionLocal() as db:
    db.scalars(select(Event).where(Event.user == "777")).all()  #! full_scan confirmed - 1
    db.scalars(select(Event).where(Event.code == "777")).all()
    db.scalar(select(func.count()).select_from(Event))
    db.execute(sa.delete(Event).where(Event.user == "5"))  #! full_scan confirmed - 1
    len(db.execute(select(Event.id).where(Event.user > "1")).all())
