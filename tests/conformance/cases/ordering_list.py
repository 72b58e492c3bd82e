# lists that number their members
# strategies: selectin, joined
from typing import Optional
from sqlalchemy import create_engine, ForeignKey
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class Slide(Base):
    __tablename__ = "slide"
    id: Mapped[int] = mapped_column(primary_key=True)
    bullets: Mapped[list["Bullet"]] = relationship(order_by="Bullet.position", collection_class=ordering_list("position"))


class Bullet(Base):
    __tablename__ = "bullet"
    id: Mapped[int] = mapped_column(primary_key=True)
    slide_id: Mapped[Optional[int]] = mapped_column(ForeignKey("slide.id"))
    position: Mapped[Optional[int]]
    text: Mapped[str]


Base.metadata.create_all(engine)
with Session(engine) as s:
    sl = Slide(bullets=[Bullet(text="a"), Bullet(text="b")])
    print([(b.text, b.position) for b in sl.bullets])
    sl.bullets.append(Bullet(text="c"))
    sl.bullets.insert(0, Bullet(text="z"))
    s.add(sl)
    s.commit()
    print([(b.text, b.position) for b in sl.bullets])
    sl.bullets.pop(1)
    s.commit()
    print([(b.text, b.position) for b in sl.bullets])
    sl.bullets.reorder()
    sl.bullets[0], sl.bullets[1] = (sl.bullets[1], sl.bullets[0])
    s.commit()
