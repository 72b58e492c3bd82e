#@ music
# %% Large table setup
class Sensor(Base):
    __tablename__ = "sensors"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    room: Mapped[str] = mapped_column(index=True)
    floor: Mapped[int]
    note: Mapped[str | None]


class Reading(Base):
    __tablename__ = "readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    sensor_id: Mapped[int] = mapped_column(ForeignKey("sensors.id"))
    value: Mapped[int]
    day: Mapped[int]
    sensor: Mapped["Sensor"] = relationship(backref="readings")
    __table_args__ = (
        Index("ix_day_value", "day", "value"),
        Index("ix_big", "value", sqlite_where=text("value > 900")),
    )


class Cover(Base):
    __tablename__ = "covers"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[int]
    b: Mapped[int]
    __table_args__ = (Index("ix_cover", "a", "b"),)


class Lower(Base):
    __tablename__ = "lowers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    __table_args__ = (Index("ix_lower", func.lower(name)),)


Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Sensor), [{"id": n, "code": f"c{n}", "room": f"r{n % 50}", "floor": n % 7, "note": None} for n in range(1, 1001)])
    s.execute(insert(Reading), [{"id": n, "sensor_id": (n - 1) % 1000 + 1, "value": n % 1000, "day": n % 365} for n in range(1, 6001)])
    s.execute(insert(Cover), [{"id": n, "a": n % 300, "b": n} for n in range(1, 6001)])
    s.execute(insert(Lower), [{"id": n, "name": f"Name{n}"} for n in range(1, 6001)])
    s.commit()

# %% by an unindexed column, in a loop
with Session(engine) as s:
    for n in (3, 5, 7, 9):
        print(s.scalars(select(Sensor).where(Sensor.code == f"c{n}")).one().id)  #! n_plus_one suspected - 4  #! full_scan confirmed - 4

# %% by an indexed column, in a loop
with Session(engine) as s:
    for n in (3, 5, 7, 9):
        print(len(s.scalars(select(Sensor).where(Sensor.room == f"r{n}")).all()))  #! n_plus_one suspected - 4

# %% once over a thousand rows: small
with Session(engine) as s:
    print(s.scalars(select(Sensor).where(Sensor.code == "c3")).one().id)

# %% once over six thousand rows
with Session(engine) as s:
    print(len(s.scalars(select(Reading).where(Reading.sensor_id == 3)).all()))  #! full_scan confirmed - 1

# %% lazy over an unindexed foreign key
with Session(engine) as s:
    for x in s.scalars(select(Sensor).where(Sensor.id < 5)).all():
        print(len(x.readings))  #! n_plus_one confirmed Sensor.readings 4  #! full_scan confirmed Sensor.readings 4

# %% lazy to one: by primary key
with Session(engine) as s:
    for r in s.scalars(select(Reading).where(Reading.id < 6)).all():
        print(r.sensor.code)  #! n_plus_one confirmed Reading.sensor 5

# %% many rows wanted: the scan is what it takes
with Session(engine) as s:
    print(len(s.scalars(select(Reading).where(Reading.sensor_id > 3)).all()))

# %% a composite index, by its first column
with Session(engine) as s:
    print(len(s.scalars(select(Reading).where(Reading.day == 3)).all()))

# %% a partial index that applies
with Session(engine) as s:
    print(len(s.scalars(select(Reading).where(Reading.value == 950)).all()))  #! full_scan confirmed - 1

# %% a covering index, by its first column
with engine.connect() as c:
    print(len(c.execute(select(Cover.a, Cover.b).where(Cover.a == 5)).all()))

# %% a covering index scanned for its second column
with engine.connect() as c:
    print(len(c.execute(select(Cover.a, Cover.b).where(Cover.b == 77)).all()))  #! full_scan confirmed - 1

# %% an expression index used
with Session(engine) as s:
    print(s.scalars(select(Lower).where(func.lower(Lower.name) == "name77")).one().id)

# %% LIKE with a leading wildcard: no index helps
with Session(engine) as s:
    print(len(s.scalars(select(Lower).where(Lower.name.like("%ame77"))).all()))

# %% first few in order, no index
with Session(engine) as s:
    print([r.id for r in s.scalars(select(Reading).order_by(Reading.sensor_id).limit(3))])  #! full_scan confirmed - 1

# %% first few in order, by an index
with Session(engine) as s:
    print([r.id for r in s.scalars(select(Reading).order_by(Reading.day).limit(3))])

# %% first few by primary key
with Session(engine) as s:
    print([r.id for r in s.scalars(select(Reading).order_by(Reading.id.desc()).limit(3))])

# %% update by an unindexed column
with Session(engine) as s:
    s.execute(update(Reading).where(Reading.sensor_id == 5).values(value=1), execution_options={"synchronize_session": False})  #! full_scan confirmed - 1
    s.rollback()

# %% delete by an unindexed column
with engine.connect() as c:
    c.execute(delete(Reading.__table__).where(Reading.sensor_id == 5))  #! full_scan confirmed - 1
    c.rollback()

# %% count over all
with Session(engine) as s:
    print(s.scalar(select(func.count()).select_from(Reading)))

# %% raw SQL in a loop, by an unindexed column
with engine.connect() as c:
    for n in range(3):
        c.execute(text("SELECT * FROM sensors WHERE floor = 99 AND code = :c"), {"c": f"c{n}"}).all()  #! n_plus_one suspected - 3  #! full_scan confirmed - 3

# %% tight budget=2 #! over_budget confirmed - 3
with Session(engine) as s:
    for n in range(3):
        s.scalars(select(Label).where(Label.name == f"L{n}").order_by(Label.id)).all()  #! n_plus_one suspected - 3

# %% kept budget=3
with Session(engine) as s:
    for n in range(3):
        s.scalars(select(Label).where(Label.id > n).order_by(Label.id)).all()
