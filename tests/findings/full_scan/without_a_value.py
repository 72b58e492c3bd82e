# %% Large setup
class Entry(Base):
    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int]
    amount: Mapped[int]
    closed: Mapped[int | None]


Base.metadata.create_all(engine)
with Session(engine) as session:
    rows = [{"author_id": n % 500, "amount": n % 100, "closed": None if n % 400 == 0 else n} for n in range(8000)]
    session.execute(insert(Entry), rows)
    session.commit()

# %% For each row of the query around it
with Session(engine) as session:
    count = select(func.count(Entry.id)).where(Entry.author_id == Author.id).scalar_subquery()
    session.execute(select(Author.name, count)).all()  #! full_scan confirmed - 1

# %% The few that are NULL
with Session(engine) as session:
    session.scalars(select(Entry).where(Entry.closed.is_(None))).all()  #! full_scan confirmed - 1

# %% An index for this once
with Session(engine) as session:
    entries = select(Entry.id).where(Entry.author_id == Author.id, Entry.amount == 1000).exists()
    session.scalars(select(Author.id).where(entries)).all()  #! full_scan confirmed - 1

# %% All of them are needed
with Session(engine) as session:
    session.scalar(select(func.avg(Entry.id)).where(Entry.amount >= 0))
    session.scalar(select(func.sum(Entry.amount)).where(Entry.amount.between(0, 99)))
    session.scalar(select(func.count()).where(Entry.closed > 0))
    for _ in range(3):
        session.scalar(select(func.sum(Entry.amount)).where(Entry.closed.is_not(None)))  #! duplicate confirmed - 3
