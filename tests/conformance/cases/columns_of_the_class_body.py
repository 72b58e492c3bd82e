# plain columns used in expressions of the class body, before they have a name and a table
# strategies: none
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, create_engine, desc, func, select
from sqlalchemy.orm import Session, backref, column_property, declarative_base, relationship

Base = declarative_base()


class Shelf(Base):
    __tablename__ = "shelves"
    id = Column(Integer, primary_key=True)


class Jar(Base):
    __tablename__ = "jars"
    id = Column(Integer, primary_key=True)
    label = Column(String)
    grams = Column(Integer)
    shelf_id = Column(Integer, ForeignKey("shelves.id"))
    inside_id = Column(Integer, ForeignKey("jars.id"))
    shelf = relationship(Shelf, foreign_keys=[shelf_id], backref=backref("jars", order_by=label.desc()))
    holds = relationship(
        "Jar", order_by=[desc(grams), id], primaryjoin=inside_id == id, remote_side=inside_id, foreign_keys=inside_id
    )
    title = column_property(func.upper(label) + "!")
    kilos = column_property(grams / 1000.0)
    is_heavy = column_property((grams > 500) & label.in_(["salt", "rice"]))
    __table_args__ = (Index("by_label", label.desc()), CheckConstraint(grams >= 0))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    inner = [Jar(label="salt", grams=5), Jar(label="oats", grams=70)]
    session.add(Shelf(jars=[Jar(label="box", grams=900, holds=inner), Jar(label="rice", grams=800)]))
    session.commit()
    shelf = session.query(Shelf).one()
    for jar in shelf.jars:
        print(jar.title, jar.kilos, jar.is_heavy, [held.label for held in jar.holds])
    session.add(Jar(label="hole", grams=-1))
    try:
        session.commit()
    except Exception as error:
        print(type(error).__name__)
