# Listeners of queries, before they become statements
# strategies: none
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass
class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    deleted: Mapped[bool] = mapped_column(default=False)
class Other(Base):
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(primary_key=True)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
@event.listens_for(Query, "before_compile", retval=True)
def no_deleted(query):
    for desc in query.column_descriptions:
        if desc["type"] is Item:
            entity = desc["entity"]
            query = query.enable_assertions(False).filter(entity.deleted == False)
    return query
@event.listens_for(Query, "before_compile_update", retval=True)
def no_update_of_deleted(query, update_context):
    print("update", type(update_context).__name__, update_context.values)
    for desc in query.column_descriptions:
        if desc["type"] is Item:
            query = query.filter(desc["entity"].deleted == False)
            update_context.values["name"] = "touched"
    return query
@event.listens_for(Query, "before_compile_delete", retval=True)
def no_delete(query, delete_context):
    print("delete", type(delete_context).__name__)
    for desc in query.column_descriptions:
        if desc["type"] is Item:
            query = query.filter(desc["entity"].name != "kept")
    return query
with Session(engine) as s:
    s.add_all([Item(name="a"), Item(name="b", deleted=True), Item(name="kept"), Other()])
    s.commit()
    print([i.name for i in s.query(Item).order_by(Item.id)])
    print(s.query(Item).order_by(Item.id).first().name)
    print([i.name for i in s.query(Item).order_by(Item.id.desc()).limit(2).all()])
    print(s.query(Item).count(), s.query(Other).count())
    print(s.query(Item.name).all())
    a = aliased(Item)
    print(s.query(a).filter(a.id > 1).all()[0].name)
    print(s.scalars(select(Item.name)).all())
    print(s.query(Item).statement)
    print(s.query(Item, Other).all()[0][0].name)
    print(s.query(Item).filter(Item.name == "b").update({"name": "x"}), s.query(Item).filter(Item.name == "a").update({"name": "x"}))
    print(s.query(Item).filter(Item.id > 0).delete())
    print(s.scalars(select(Item.name)).all())
    s.rollback()
event.remove(Query, "before_compile", no_deleted)
with Session(engine) as s:
    print(s.query(Item).count())
