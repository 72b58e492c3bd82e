# %% Large setup
class Entry(Base):
    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(index=True)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Entry), [{"mail": f"Reader{n}@example.org"} for n in range(8000)])
    session.commit()

# %% An index of the column has not what the function makes of it
with Session(engine) as session:
    session.scalars(select(Entry).where(func.lower(Entry.mail) == "reader7@example.org")).all()
