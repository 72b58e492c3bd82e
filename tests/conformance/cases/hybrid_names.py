# The names of hybrids, in the SQL and in rows
# strategies: none
from sqlalchemy import create_engine, ForeignKey, select, func, case, literal, cast, String, and_, exists, text, literal_column
from sqlalchemy.ext.hybrid import hybrid_property, hybrid_method
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session, aliased
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int]
    y: Mapped[int]
    bs: Mapped[list["B"]] = relationship(back_populates="a")
    @hybrid_property
    def plus(self): return self.x + self.y
    @hybrid_property
    def plain(self): return self.x
    @hybrid_property
    def fn(self): return 1
    @fn.expression
    def fn(cls): return func.abs(cls.x)
    @hybrid_property
    def cs(self): return 1
    @cs.expression
    def cs(cls): return case((cls.x > 1, "big"), else_="small")
    @hybrid_property
    def sub(self): return 1
    @sub.expression
    def sub(cls): return select(func.count(B.id)).where(B.a_id == cls.id).scalar_subquery()
    @hybrid_property
    def lsub(self): return 1
    @lsub.expression
    def lsub(cls): return select(func.count(B.id)).where(B.a_id == cls.id).label("my_label")
    @hybrid_property
    def csub(self): return 1
    @csub.expression
    def csub(cls): return select(func.count(B.id)).where(B.a_id == cls.id).correlate(A).scalar_subquery()
    @hybrid_property
    def ex(self): return 1
    @ex.expression
    def ex(cls): return exists().where(B.a_id == cls.id)
    @hybrid_property
    def ct(self): return 1
    @ct.expression
    def ct(cls): return cast(cls.x, String)
    @hybrid_property
    def cmp(self): return self.x > 3
    @hybrid_property
    def an(self): return and_(self.x > 1, self.y > 1)
    @hybrid_property
    def lit(self): return literal(5)
    @hybrid_property
    def neg(self): return -self.x
    @hybrid_property
    def cat(self): return cast(self.x, String) + "-" + cast(self.y, String)
    @hybrid_property
    def anyb(self): return self.bs
    @anyb.expression
    def anyb(cls): return cls.bs.any()
    @hybrid_property
    def cl(self): return func.coalesce(self.x, 0).label("zz")
    @hybrid_method
    def between(self, lo, hi): return (self.x > lo) & (self.x < hi)
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A] = relationship(back_populates="bs")
e = create_engine("sqlite://"); Base.metadata.create_all(e)
with Session(e) as s, s.begin():
    s.add(A(x=1, y=2, bs=[B()]))
with Session(e) as s:
    AA = aliased(A)
    for c in (A, AA):
        for n in "plus plain fn cs sub lsub csub ex ct cmp an lit neg cat anyb cl".split():
            try:
                r = s.execute(select(getattr(c, n)))
                print(n, list(r.keys()), r.all())
            except Exception as ex:
                print(n, type(ex).__name__, ex)
        print(s.execute(select(c.between(0, 5), c.plus, c.plain, c.sub)).all())
        print(s.execute(select(c.id).order_by(c.plus, c.sub).where(c.sub > 0)).all())
