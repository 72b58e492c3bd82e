# Hybrids with comparators, and what changes them in place
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
from sqlalchemy.ext.hybrid import Comparator, hybrid_method, hybrid_property
class Base(DeclarativeBase):
    pass
def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
class Insensitive(Comparator):
    def __eq__(self, other):
        return func.lower(self.__clause_element__()) == func.lower(other)
class All(Comparator):
    def operate(self, op, other, **kw):
        print("operate", op.__name__, sorted(kw.items()))
        return op(func.lower(self.__clause_element__()), func.lower(other), **kw)
class Shout(Comparator):
    """A value and an expression."""
    def __init__(self, word):
        self.word = word.upper() if isinstance(word, str) else word.word if isinstance(word, Shout) else func.upper(word)
    def operate(self, op, other, **kw):
        if not isinstance(other, Shout):
            other = Shout(other)
        return op(self.word, other.word, **kw)
    def __clause_element__(self):
        return self.word
    def __str__(self):
        return self.word
    key = "word"
class Word(Base):
    __tablename__ = "word"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    n: Mapped[int] = mapped_column(default=1)
    @hybrid_property
    def insensitive(self):
        return self.word.lower()
    @insensitive.comparator
    def insensitive(cls):
        return Insensitive(cls.word)
    @hybrid_property
    def every(self):
        return self.word.lower()
    @every.inplace.comparator
    @classmethod
    def _every(cls):
        return All(cls.word)
    @hybrid_property
    def shout(self):
        return Shout(self.word)
    @hybrid_property
    def double(self):
        return self.n * 2
    @double.inplace.setter
    def _double(self, value):
        self.n = value // 2
    @double.inplace.update_expression
    @classmethod
    def _double_update(cls, value):
        return [(cls.n, value / 2)]
    @double.inplace.deleter
    def _double_delete(self):
        self.n = 0
    @hybrid_property
    def first(self):
        return self.word[0]
    @first.expression
    @classmethod
    def first(cls):
        return func.substr(cls.word, 1, 1)
    @hybrid_method
    def has(self, part):
        return part in self.word
    @has.inplace.expression
    @classmethod
    def _has(cls, part):
        return cls.word.contains(part)
    @hybrid_method
    def longer(self, n):
        return len(self.word) > n
    @longer.expression
    def longer(cls, n):
        return func.length(cls.word) > n
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add_all([Word(word="Alpha"), Word(word="beta"), Word(word="BETA")])
    s.commit()
    w = s.get(Word, 1)
    print(w.insensitive, w.every, w.shout, w.shout == "alpha", w.has("p"), w.longer(9), w.double, w.first)
    tried(lambda: s.scalars(select(Word.id).where(Word.insensitive == "Beta")).all())
    tried(lambda: select(Word).filter_by(insensitive="x"))
    tried(lambda: select(Word.insensitive))
    tried(lambda: s.execute(select(Word.insensitive).order_by(Word.id)).keys())
    tried(lambda: s.execute(select(Word.insensitive.label("lab"))).keys())
    tried(lambda: s.execute(select(Word.id, Word.insensitive)).first().insensitive)
    tried(lambda: Word.insensitive != "x")
    tried(lambda: bool(Word.insensitive.is_not) and Word.every.startswith("50%", autoescape=True, escape="!"))
    tried(lambda: Word.every == "x")
    tried(lambda: "x" == Word.every)
    tried(lambda: Word.every != "x")
    tried(lambda: Word.every < "x")
    tried(lambda: Word.every.like("x%"))
    tried(lambda: Word.every.startswith("x", autoescape=True))
    tried(lambda: Word.every.contains("x"))
    tried(lambda: Word.every.is_(None))
    tried(lambda: Word.every + "x")
    try:
        "x" + Word.every
    except NotImplementedError:
        print("no")
    tried(lambda: Word.every.desc())
    tried(lambda: select(Word).order_by(Word.every))
    tried(lambda: s.scalars(select(Word.id).where(Word.every.like("BET%"))).all())
    tried(lambda: Word.shout == "x")
    tried(lambda: Word.shout.like("x"))
    tried(lambda: s.scalars(select(Word.shout).order_by(Word.id)).all())
    tried(lambda: s.scalars(select(Word.id).filter(Word.shout == "beta")).all())
    a, b = aliased(Word), aliased(Word)
    tried(lambda: select(a.id).where(a.insensitive == b.insensitive))
    tried(lambda: select(a.id, b.id).join(b, a.shout == b.shout))
    tried(lambda: s.query(Word).filter(Word.has("et"), Word.longer(2)).all()[0].word)
    tried(lambda: select(a).where(a.has("q"), a.longer(3), a.first == "b"))
    tried(lambda: s.execute(update(Word).where(Word.id == 2).values(double=10), execution_options={"synchronize_session": False}).rowcount)
    tried(lambda: s.execute(update(Word).values({Word.double: 8})).rowcount)
    s.commit()
    w.double = 20
    print(w.n)
    del w.double
    print(w.n)
    s.commit()
    tried(lambda: type(Word.insensitive).__name__ != "")
    tried(lambda: Word.insensitive.comparator.__class__.__name__)
    tried(lambda: Word.insensitive.expression)
    tried(lambda: Word.__mapper__.all_orm_descriptors.keys())
    tried(lambda: Word.__mapper__.all_orm_descriptors["has"].extension_type)
