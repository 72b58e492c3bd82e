# Ordinary Python around sessions: grouping, sorting, matching, data classes
# strategies: selectin, joined
from __future__ import annotations
from dataclasses import dataclass, asdict, field
from typing import Optional, Sequence, Iterator, Protocol
from collections import defaultdict, Counter, OrderedDict
from functools import lru_cache, partial, reduce
from itertools import groupby, chain
from operator import attrgetter, itemgetter
import json, textwrap, re, math, statistics, random, string
from sqlalchemy import create_engine, ForeignKey, select, func, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session, sessionmaker, selectinload, joinedload
class Base(DeclarativeBase):
    def as_dict(self): return {c.key: getattr(self, c.key) for c in self.__table__.columns}
class Country(Base):
    __tablename__ = "country"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    cities: Mapped[list[City]] = relationship(back_populates="country", order_by="City.population.desc()")
class City(Base):
    __tablename__ = "city"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    population: Mapped[int]
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"))
    country: Mapped[Country] = relationship(back_populates="cities")
    def __lt__(self, other): return self.population < other.population
@dataclass(order=True)
class CityDTO:
    name: str
    country: str
    tags: list[str] = field(default_factory=list)
    @classmethod
    def of(cls, c: City) -> CityDTO: return cls(c.name, c.country.code)
engine = create_engine("sqlite://"); Base.metadata.create_all(engine)
Local = sessionmaker(engine)
with Local.begin() as s:
    s.add_all([Country(code=c, cities=[City(name=f"{c}{i}", population=i * 100 + ord(c[0])) for i in range(3)]) for c in ("fr", "de", "it")])
def get_db() -> Iterator[Session]:
    with Local() as s: yield s
s = next(gen := get_db())
cities = s.scalars(select(City)).all()
print(sorted(map(CityDTO.of, cities))[:2])
by = defaultdict(list)
for c in cities: by[c.country].append(c.name)
print({k.code: v for k, v in by.items()})
print(Counter(c.country.code for c in cities).most_common(1), max(cities).name, min(cities, key=attrgetter("population")).as_dict())
for code, g in groupby(sorted(cities, key=lambda c: (c.country_code, c.name)), key=attrgetter("country_code")): print(code, [x.name for x in g])
print(json.dumps([asdict(CityDTO.of(c)) for c in cities[:1]]), sum(1 for c in s.scalars(select(Country)) if any(x.population > 300 for x in c.cities)))
match cities[0]:
    case City(name=n, country=Country(code=cc)): print(n, cc)
first, *rest = s.scalars(select(Country).options(selectinload(Country.cities)).order_by(Country.code)); print(first.code, len(rest), [len(r.cities) for r in rest])
print(f"{first.cities[0].name:>10}|{first.cities[0].population:,}", all(c in first.cities for c in first.cities))
while batch := s.scalars(select(City).where(City.population > 0).order_by(City.id).limit(4)).all():
    for c in batch: c.population = -c.population
    s.flush()
print(s.scalar(select(func.count()).where(City.population < 0)))
gen.close(); print(cities[0] in s)
try: print(cities[0].country.cities)
except Exception as e: print(type(e).__name__)
