# Queries of the 1.x style as elements of other statements
# strategies: none
from sqlalchemy import *
from sqlalchemy import exc as exceptions
from sqlalchemy.orm import *
Base = declarative_base()
class E(Base):
    __tablename__ = "e"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    boss = Column(Integer)
    up = Column(ForeignKey("e.id"))
    parent = relationship("E", remote_side=id, lazy="joined")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
s = Session(engine)
q = s.query(E.id, E.name)
print(select(E.id).where(E.id.in_(s.query(E.boss))))
print(s.query(E.id).filter(E.id.in_(s.query(E.boss))))
print(s.query(E.id).filter(E.id == s.query(E.boss).scalar_subquery()))
print(s.query(E.id, s.query(E.boss).limit(1).label("x")))
print(select(exists(s.query(E.id).statement)))
print(s.query(s.query(E).filter(E.id == 1).exists()))
print(select(q.subquery()))
print(select(q.subquery(with_labels=True)))
print(q.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).statement)
print(select(q.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).subquery()))
print(select(s.query(E).subquery()))
print(select(s.query(E).cte("x")))
print(s.query(E).statement)
print(union(s.query(E.id), s.query(E.boss)))
print(s.query(E).union(s.query(E).filter(E.id > 1)))
print(insert(E).from_select(["name", "boss"], s.query(E.name, E.id)))
print(select(E).from_statement(s.query(E).statement))
print(q.with_entities(E.boss).statement)
print(select(E.id).join(q.subquery("z"), text("1=1")))
print(select(literal(1)).where(s.query(E).exists()))
print(E.id > s.query(func.max(E.id)).scalar_subquery())
print(select(E.id).where(tuple_(E.id, E.name).in_(q)))
print(case((s.query(E).exists(), 1), else_=0))
print(func.coalesce(s.query(E.id).scalar_subquery(), 0))

print(s.query(q.subquery().c.name))

top = s.query(E.id, E.name).filter(E.boss == None).cte("t", recursive=True)
c = aliased(E)
t = top.union_all(s.query(c.id, c.name).filter(c.boss == top.c.id))
print(s.query(t).all())
t = top.union_all(s.query(c.id, c.name).join(top, c.boss == top.c.id))
print(s.query(t).all())
print(select(E.id).union(s.query(c.boss)))
print(s.query(E).filter(E.name == bindparam("n")).params(n="x").statement.compile().params)
for send in s.execute, s.scalars, s.scalar:
    try:
        send(s.query(E.id))
    except exceptions.ObjectNotExecutableError as error:
        print(type(error).__name__, str(error).split(" object at")[0])
