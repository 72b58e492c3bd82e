# %% Large table setup
class Entry(Base):
    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(index=True)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Entry), [{"id": n, "author_id": n % 200} for n in range(1, 2001)])
    session.commit()

# %% No scans
with Session(engine) as session:
    for key in range(1, 11):
        session.scalars(select(Entry).where(Entry.author_id == key)).all()  #! n_plus_one suspected - 10
