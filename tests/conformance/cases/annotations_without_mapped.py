# Annotations that are no Mapped[], or name what is not there
# strategies: none
from typing import *
from sqlalchemy import *
from sqlalchemy.orm import *
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
class Base(DeclarativeBase): pass
class Known(Base):
    __tablename__ = "known"
    id: Mapped[int] = mapped_column(primary_key=True)
class Plain: pass
n = 0
def attempt(annotation, value=None, base=Base, **more):
    global n
    n += 1
    body = {"__tablename__": f"t{n}", "__annotations__": {"id": Mapped[int], "x": annotation}, "id": mapped_column(primary_key=True), "__module__": __name__, **more}
    if value is not None:
        body["x"] = value
    try:
        c = type(f"A{n}", (base,), body) if base is Base else type(base)(f"A{n}", (base,), body)
        print(n, "ok", [(k.name, k.type) for k in c.__table__.c])
    except Exception as e:
        print(n, type(e).__module__, type(e).__name__, str(e).split("(Back")[0], "|", type(e.__cause__).__name__, e.__cause__)
attempt(Mapped["B"])
attempt(Mapped[List["B"]])
attempt(Mapped[list["B"]])
attempt(Mapped["List[B]"])
attempt("Mapped[List[B]]")
attempt("Mapped[B]")
attempt("Mapped[Optional[B]]")
attempt(Mapped[Optional["B"]])
attempt(Mapped["B | None"])
attempt(Mapped["Known"])
attempt(Mapped[Known])
attempt(Mapped[List["Known"]])
attempt(Mapped[List[Known]])
attempt("Mapped[List[Known]]")
attempt(Mapped[Optional[Known]])
attempt(Mapped[Plain])
attempt(Mapped[dict[str, Any]])
attempt(Mapped[Dict[str, "B"]])
attempt(Mapped[set["B"]])
attempt(Mapped[Set[Known]])
attempt(int)
attempt("int")
attempt(ClassVar[int])
attempt("ClassVar[int]")
attempt(int, mapped_column())
attempt(int, Column(Integer))
attempt(int, 3)
attempt(AssociationProxy[list[str]], association_proxy("q", "x"))
attempt("AssociationProxy[list[str]]")
attempt(AssociationProxy[list[str]])
attempt(int, column_property(literal(3)))
attempt(int, __allow_unmapped__=True)
attempt(int, mapped_column(Integer), __allow_unmapped__=True)
attempt(int, synonym("id"))
attempt(int, property(lambda s: 1))
attempt(List["B"])
attempt(List["B"], relationship())
attempt("List[B]", relationship())
attempt("B", relationship("B"))
attempt(Mapped[int | str])
attempt(Mapped[Union[int, str]])
attempt(Mapped[Any])
attempt(Mapped[object])
attempt(Mapped[list])
attempt(Mapped[tuple[int, ...]])
attempt(Mapped[Callable])
attempt(Mapped["int"])
attempt("Mapped['int']")
attempt("Mapped[Optional['int']]")
attempt("Mapped[Optional['B']]")
attempt("Mapped['Optional[B]']")
attempt("Mapped[itn]")
attempt(Mapped)
attempt("Mapped")
DB = declarative_base()
attempt(int, base=DB)
attempt(int, mapped_column(), base=DB)
