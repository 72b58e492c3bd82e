#@ shop
# %% Big setup
class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    day: Mapped[int]
    status: Mapped[str] = mapped_column(index=True)
    notes: Mapped[List["Note"]] = relationship(back_populates="ticket")
class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    ticket: Mapped["Ticket"] = relationship(back_populates="notes")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Ticket), [{"id": n, "code": f"c{n}", "day": n, "status": "ab"[n % 2]} for n in range(1, 1001)])
    session.execute(insert(Note), [{"ticket_id": n % 1000 + 1} for n in range(4000)])
    session.commit()

# %% the join leads from the table that is scanned
with SessionLocal() as db:
    for n in range(5):
        db.scalars(select(Note).join(Note.ticket).where(Ticket.code == f"c{n}")).all()  #! full_scan confirmed - 5 #! n_plus_one suspected - 5

# %% SQLite makes the index by itself, each time
with SessionLocal() as db:
    for page in range(4):
        tickets = select(Ticket).options(joinedload(Ticket.notes)).order_by(Ticket.id).limit(5).offset(page * 5)
        for ticket in db.scalars(tickets).unique():  #! full_scan confirmed - 4
            len(ticket.notes)

# %% the first few of a sorted table
with SessionLocal() as db:
    for page in range(3):
        db.scalars(select(Ticket).order_by(Ticket.day.desc()).limit(10).offset(page * 10)).all()  #! full_scan confirmed - 3

# %% sorted by its key, by the rows that an index found, or all of it
with SessionLocal() as db:
    for page in range(3):
        db.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(10).offset(page * 10)).all()
        db.scalars(select(Ticket).where(Ticket.status == "a").order_by(Ticket.day).limit(10).offset(page)).all()
        db.scalars(select(Ticket).order_by(Ticket.day).limit(1000 - page)).all()

# %% another alias than SQLAlchemy's own
with SessionLocal() as db:
    for n in range(3):
        db.execute(text(f"SELECT n.id FROM note AS n JOIN ticket t ON t.id = n.ticket_id WHERE t.code = 'c{n}'")).all()  #! full_scan confirmed - 3 #! n_plus_one suspected - 3
