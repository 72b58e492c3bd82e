#@ school
# %% Shelf setup
class Library(Base):
    __tablename__ = "library"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    shelves: Mapped[list["Shelf"]] = relationship(back_populates="library", lazy="selectin")
    visits: WriteOnlyMapped["Visit"] = relationship(back_populates="library")
    staff = relationship("Clerk", lazy="dynamic", back_populates="library")

    @hybrid_property
    def shelf_count(self):
        return len(self.shelves)


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    library_id: Mapped[int] = mapped_column(ForeignKey("library.id"), index=True)
    library: Mapped["Library"] = relationship(back_populates="shelves", lazy="joined")
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
    library_id: Mapped[int] = mapped_column(ForeignKey("library.id"), index=True)
    library: Mapped["Library"] = relationship(back_populates="visits")


class Clerk(Base):
    __tablename__ = "clerk"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    library_id: Mapped[int] = mapped_column(ForeignKey("library.id"), index=True)
    library: Mapped["Library"] = relationship(back_populates="staff")


Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Library), [{"id": n, "name": f"L{n}"} for n in range(1, 6)])
    s.execute(insert(Shelf), [{"id": n, "label": f"s{n}", "library_id": (n + 1) // 2} for n in range(1, 11)])
    s.execute(insert(Volume), [{"id": n, "title": f"v{n}", "shelf_id": (n + 2) // 3} for n in range(1, 31)])
    s.execute(insert(Visit), [{"id": n, "day": n, "library_id": (n + 3) // 4} for n in range(1, 21)])
    s.execute(insert(Clerk), [{"id": n, "name": f"c{n}", "library_id": (n + 1) // 2} for n in range(1, 11)])
    s.commit()

# %% dynamic relationship in a loop
with Local() as s:
    for library in s.query(Library).options(lazyload("*")):
        print(library.staff.count())  #! n_plus_one suspected - 5

# %% dynamic iterated
with Local() as s:
    for library in s.query(Library).options(noload(Library.shelves)):
        print([c.name for c in library.staff])  #! n_plus_one suspected - 5

# %% write-only select in a loop
with Local() as s:
    for library in s.query(Library).options(lazyload(Library.shelves)):
        print(len(s.scalars(library.visits.select()).all()))  #! n_plus_one suspected - 5

# %% the mapping's selectin is read
with Local() as s:
    print([len(l.shelves) for l in s.scalars(select(Library))])  #! unused_eager_load confirmed Shelf.library 1

# %% hybrid over the mapping's selectin
with Local() as s:
    print([l.shelf_count for l in s.scalars(select(Library))])  #! unused_eager_load confirmed Shelf.library 1

# %% the mapping's selectin unread
with Local() as s:
    print([l.name for l in s.scalars(select(Library))])  #! unused_eager_load confirmed Library.shelves 1 #! unused_eager_load confirmed Shelf.library 1

# %% the mapping's joined unread
with Local() as s:
    print([x.label for x in s.scalars(select(Shelf))])  #! unused_eager_load confirmed Shelf.library 1

# %% lazy volumes for each shelf of each library
with Local() as s:
    for l in s.scalars(select(Library)):  #! unused_eager_load confirmed Shelf.library 1
        for shelf in l.shelves:
            print(len(shelf.volumes))  #! n_plus_one confirmed Shelf.volumes 10

# %% cascade delete loads children for each
with Local() as s:
    for shelf in s.scalars(select(Shelf).where(Shelf.id > 6)).unique().all():  #! unused_eager_load confirmed Shelf.library 1
        s.delete(shelf)  #! n_plus_one confirmed Shelf.volumes 4
    s.rollback()

# %% deep to-one chain
with Local() as s:
    print([v.shelf.library.name for v in s.scalars(select(Volume).where(Volume.id % 3 == 0))])  #! n_plus_one confirmed Volume.shelf 10
