# What inspect() tells of objects, mappers, relationships and aliases
# strategies: none
from sqlalchemy import ForeignKey, create_engine, inspect, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, load_only, mapped_column, relationship, synonym


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf", order_by="Book.id")
    label = synonym("name")
    titles = association_proxy("books", "title")

    @hybrid_property
    def upper(self):
        return self.name + "!"


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def show(words, state):
    print(words, state.key, state.expired, sorted(state.expired_attributes), sorted(state.unloaded))
    print("  ", state.modified, sorted(state.unmodified), sorted(state.committed_state.items()))


with Session(engine) as session:
    shelf = Shelf(name="a", books=[Book(title="x"), Book(title="y")])
    state = inspect(shelf)
    print(state.object is shelf, state.class_.__name__, state.identity_token)
    show("transient", state)
    session.add(shelf)
    session.commit()
    show("committed", state)
    print(shelf.name)
    show("loaded", state)
    shelf.books.pop().title
    shelf.name = "b"
    print(state.committed_state["name"], [book.title for book in state.committed_state["books"]])
    show("changed", inspect(shelf.books[0]))
    session.expire(shelf, ["name"])
    print(sorted(state.expired_attributes), state.expired)
    session.rollback()
with Session(engine) as session:
    shelf = session.scalars(select(Shelf).options(load_only(Shelf.name))).one()
    show("by load_only", inspect(shelf))

mapper = inspect(Shelf)
print(mapper.tables, sorted(mapper.all_orm_descriptors.keys()), mapper.synonyms.keys())
print(mapper.has_property("books"), mapper.has_property("label"), sorted(value.key for value in mapper.iterate_properties))
print(mapper.get_property_by_column(Shelf.__table__.c.name), mapper.primary_key_from_instance(Shelf(id=4)))
print(mapper.identity_key_from_instance(Shelf(id=4)), mapper.identity_key_from_primary_key((1,)), mapper.isa(mapper))
for prop in (Shelf.books.property, Book.shelf.property):
    print(prop, prop.lazy, prop.primaryjoin, prop.secondaryjoin, prop.direction, prop.viewonly, prop.target)
    print("  ", prop.local_columns, prop.remote_side, prop.local_remote_pairs, prop.synchronize_pairs)
    print("  ", prop.class_attribute, bool(prop.order_by))
print(Shelf.books.property, str(repr(Shelf.books.property)).split(" at ")[0])
other = aliased(Shelf, name="other")
told = inspect(other)
print(told, told.name, told.mapper, told.class_.__name__, told.entity is other, told.is_aliased_class)
print(other.id, other.books, Shelf.id)
