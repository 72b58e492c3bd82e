# Listeners of attributes from before mappers are configured
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    bs: Mapped[list["B"]] = relationship(back_populates="a", cascade="all, delete-orphan")
    @validates("bs")
    def vb(self, k, b):
        print(" validate A.bs", b.n, b.a is self)
        return b
    @validates("name", include_removes=True)
    def vn(self, k, v, is_remove):
        print(" validate name", v, is_remove)
        return v
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[str]
    aid: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A | None] = relationship(back_populates="bs")
    @validates("a")
    def va(self, k, a):
        print(" validate B.a", self.n, a and a.name, a is not None and self in a.bs)
        return a
def listen(word):
    @event.listens_for(A.bs, "append")
    def ap(t, v, i): print(" ", word, "append", v.n, v.a is t)
    @event.listens_for(A.bs, "remove")
    def rm(t, v, i): print(" ", word, "remove", v.n, v.a is t)
    @event.listens_for(B.a, "set")
    def st(t, v, o, i): print(" ", word, "set", t.n, v and v.name, v is not None and t in v.bs, o if not isinstance(o, A) else o.name)
    @event.listens_for(A.name, "set", retval=True)
    def sn(t, v, o, i):
        print(" ", word, "name", v, o)
        return v + word[0] if v else v
listen("early")
configure_mappers()
listen("late")
a, a2 = A(name="x"), A(name="y")
print(a.name)
x, y, z = B(n="x"), B(n="y"), B(n="z")
print("append"); a.bs.append(x)
print("bulk"); a.bs = [x, y, z]
print("move"); y.a = a2
print("none"); y.a = None
print("remove"); a.bs.remove(z)
print("bulk2"); a.bs = [z]
print("init"); a3 = A(name="q", bs=[B(n="1"), B(n="2")])
print("extend"); a3.bs.extend([B(n="3"), B(n="4")])
print("slice"); a3.bs[0:2] = [B(n="5")]
print("setitem"); a3.bs[0] = B(n="6")
print("b init"); B(n="7", a=a3)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(a3); s.commit()
    print("loaded"); print([b.n for b in a3.bs])
    print("pop"); a3.bs.pop()
    print("merge"); m = s.merge(A(id=a3.id, name="merged"))
    print("clear"); a3.bs.clear()
    s.flush()
    print("with reassign"); a3.bs = [B(n="8")]
    b = a3.bs[0]
    print("same"); a3.bs = a3.bs
    b.a = a3

print("before it is used")
class Base2(DeclarativeBase): pass
class P(Base2):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str]
    others: Mapped[list["P"]] = relationship()
    over_id: Mapped[int | None] = mapped_column(ForeignKey("p.id"))
    over: Mapped["P | None"] = relationship(back_populates="others", remote_side=[id])
    others = relationship("P", back_populates="over")
    @validates("mail")
    def lower(self, key, value):
        print("validates", value)
        return value.lower()
    @validates("over", include_backrefs=False)
    def checked(self, key, value):
        print("validates over", value and value.mail)
        return value
@event.listens_for(P.mail, "set")
def first(target, value, old, initiator): print("before configuration", value, initiator.key)
@event.listens_for(P.over, "set")
def over(target, value, old, initiator): print("over", value.mail, initiator.key)
p = P(mail="A")
def later(target, value, old, initiator): print("after configuration", value)
event.listen(P.mail, "set", later)
P(mail="B")
print(event.contains(P.mail, "set", first), event.contains(P.mail, "set", later))
event.remove(P.mail, "set", first)
P(mail="C")
print(event.contains(P.mail, "set", first), attributes.NO_VALUE is attributes.NEVER_SET)
p.others.append(P(mail="D"))
P(mail="E", over=p)
