#@ school
# %% Shelf setup
class Branch(Base):
    __tablename__ = "branch"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    shelves: Mapped[list["Shelf"]] = relationship(back_populates="branch", lazy="selectin")
    visits: WriteOnlyMapped["Visit"] = relationship(back_populates="branch")
    staff = relationship("Clerk", lazy="dynamic", back_populates="branch")

    @hybrid_property
    def shelf_count(self):
        return len(self.shelves)


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    branch: Mapped["Branch"] = relationship(back_populates="shelves", lazy="joined")
    volumes: Mapped[list["Volume"]] = relationship(back_populates="shelf", cascade="all, delete-orphan", passive_deletes=False)


class Volume(Base):
    __tablename__ = "volume"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"), index=True)
    shelf: Mapped["Shelf"] = relationship(back_populates="volumes")


class Visit(Base):
    __tablename__ = "visit"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[int]
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    branch: Mapped["Branch"] = relationship(back_populates="visits")


class Clerk(Base):
    __tablename__ = "clerk"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    branch: Mapped["Branch"] = relationship(back_populates="staff")


Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Branch), [{"id": n, "name": f"L{n}"} for n in range(1, 6)])
    s.execute(insert(Shelf), [{"id": n, "label": f"s{n}", "branch_id": (n + 1) // 2} for n in range(1, 11)])
    s.execute(insert(Volume), [{"id": n, "title": f"v{n}", "shelf_id": (n + 2) // 3} for n in range(1, 31)])
    s.execute(insert(Visit), [{"id": n, "day": n, "branch_id": (n + 3) // 4} for n in range(1, 21)])
    s.execute(insert(Clerk), [{"id": n, "name": f"c{n}", "branch_id": (n + 1) // 2} for n in range(1, 11)])
    s.commit()

# %% dynamic relationship in a loop
with Local() as s:
    for branch in s.query(Branch).options(lazyload("*")):
        print(branch.staff.count())  #! n_plus_one confirmed Branch.staff 5

# %% dynamic iterated
with Local() as s:
    for branch in s.query(Branch).options(noload(Branch.shelves)):
        print([c.name for c in branch.staff])  #! n_plus_one confirmed Branch.staff 5

# %% write-only select in a loop
with Local() as s:
    for branch in s.query(Branch).options(lazyload(Branch.shelves)):
        print(len(s.scalars(branch.visits.select()).all()))  #! n_plus_one confirmed Branch.visits 5

# %% the mapping's selectin is read
with Local() as s:
    print([len(l.shelves) for l in s.scalars(select(Branch))])  #! unused_eager_load confirmed Shelf.branch 1

# %% hybrid over the mapping's selectin
with Local() as s:
    print([l.shelf_count for l in s.scalars(select(Branch))])  #! unused_eager_load confirmed Shelf.branch 1

# %% the mapping's selectin unread
with Local() as s:
    print([l.name for l in s.scalars(select(Branch))])  #! unused_eager_load confirmed Branch.shelves 1 #! unused_eager_load confirmed Shelf.branch 1

# %% the mapping's joined unread
with Local() as s:
    print([x.label for x in s.scalars(select(Shelf))])  #! unused_eager_load confirmed Shelf.branch 1

# %% lazy volumes for each shelf of each branch
with Local() as s:
    for l in s.scalars(select(Branch)):  #! unused_eager_load confirmed Shelf.branch 1
        for shelf in l.shelves:
            print(len(shelf.volumes))  #! n_plus_one confirmed Shelf.volumes 10

# %% cascade delete loads children for each
with Local() as s:
    for shelf in s.scalars(select(Shelf).where(Shelf.id > 6)).unique().all():  #! unused_eager_load confirmed Shelf.branch 1
        s.delete(shelf)  #! n_plus_one confirmed Shelf.volumes 4
    s.rollback()

# %% deep to-one chain
with Local() as s:
    print([v.shelf.branch.name for v in s.scalars(select(Volume).where(Volume.id % 3 == 0))])  #! n_plus_one confirmed Volume.shelf 10
