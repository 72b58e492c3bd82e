# %% A parameter setup
N = 4  # @param {type:"slider", min:1, max:1000, step:1}


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    things: Mapped[list["Thing"]] = relationship(back_populates="owner")
    toys: Mapped[list["Toy"]] = relationship()


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"), index=True)
    owner: Mapped["Owner"] = relationship(back_populates="things")


class Toy(Base):
    __tablename__ = "toys"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"), index=True)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Owner), [{"id": n, "name": f"Owner {n}"} for n in range(1, N + 1)])
    session.execute(insert(Thing), [{"code": f"{n}", "owner_id": n % N + 1} for n in range(N * 10 + 990)])
    session.execute(insert(Toy), [{"owner_id": n % N + 1} for n in range(N * 2)])
    session.commit()

# %% Lazy
with Session(engine) as session:
    for owner in session.scalars(select(Owner)):
        len(owner.toys)  #! n_plus_one confirmed Owner.toys N

# %% Gets
with Session(engine) as session:
    for key in range(1, N + 1):
        session.get(Owner, key)  #! n_plus_one suspected - N

# %% Again
with Session(engine) as session:
    for _ in range(N):
        session.scalar(select(func.count()).select_from(Toy))  #! duplicate confirmed - N

# %% Writes
with Session(engine) as session:
    for n in range(N):
        session.add(Log(message=f"{n}"))
        session.commit()  #! unbatched_writes confirmed - N

# %% Rows
with Session(engine) as session:
    for owner in session.scalars(select(Owner).options(joinedload(Owner.things))).unique():  #! row_multiplication confirmed Owner.things 1
        len(owner.things)

# %% Product
with Session(engine) as session:
    for owner in session.scalars(select(Owner).where(Owner.id == 1).options(joinedload(Owner.things), joinedload(Owner.toys))).unique():  #! cartesian_product confirmed Owner.things 1
        len(owner.things), len(owner.toys)

# %% Page
with Session(engine) as session:
    session.scalars(select(Owner).join(Owner.things).limit(N * 2)).unique().all()  #! page_of_rows confirmed - 1

# %% Ahead
with Session(engine) as session:
    session.scalars(select(Owner).options(selectinload(Owner.toys))).all()  #! unused_eager_load confirmed Owner.toys 1

# %% Scans
with Session(engine) as session:
    for code in range(N):
        session.execute(delete(Thing).where(Thing.code == f"no {code}"))  #! full_scan confirmed - N #! unbatched_writes suspected - N

# %% Budget budget=2 #! over_budget confirmed - N
with Session(engine) as session:
    for key in range(N):
        session.execute(select(Log.message).where(Log.id > key)).all()
