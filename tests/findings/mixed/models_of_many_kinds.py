# %% Models setup
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, column_property, joinedload, lazyload, mapped_column, relationship, selectinload, scoped_session, sessionmaker,
)


class Base(DeclarativeBase):
    def __repr__(self):
        return f"<{type(self).__name__} {self.id}>"


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mentor: Mapped["Person | None"] = relationship(remote_side=[id], backref="pupils")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")
    clubs: AssociationProxy[list["Club"]] = association_proxy("memberships", "club")
    sent: Mapped[list["Mail"]] = relationship(foreign_keys="Mail.sender_id", back_populates="sender")
    got: Mapped[list["Mail"]] = relationship(foreign_keys="Mail.recipient_id", back_populates="recipient")
    badge: Mapped["Badge"] = relationship(back_populates="person", lazy="joined")
    address: Mapped["Address"] = relationship(lazy="selectin")


class Club(Base):
    __tablename__ = "club"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="club")
    people: Mapped[list["Person"]] = relationship(secondary="membership", viewonly=True)


class Membership(Base):
    __tablename__ = "membership"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("club.id"), primary_key=True)
    since: Mapped[int] = mapped_column(default=2000)
    person: Mapped["Person"] = relationship(back_populates="memberships")
    club: Mapped["Club"] = relationship(back_populates="memberships")


class Mail(Base):
    __tablename__ = "mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sender: Mapped["Person"] = relationship(foreign_keys=[sender_id], back_populates="sent")
    recipient: Mapped["Person"] = relationship(foreign_keys=[recipient_id], back_populates="got")


class Badge(Base):
    __tablename__ = "badge"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped["Person"] = relationship(back_populates="badge")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    town: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


Person.mail_count = column_property(
    select(func.count(Mail.id)).where(Mail.sender_id == Person.id).correlate_except(Mail).scalar_subquery(), deferred=True
)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    people = [Person(id=n, name=f"p{n}", mentor_id=(n - 1) // 2 or None, badge=Badge(), address=Address(town="x")) for n in range(1, 9)]
    clubs = [Club(id=n, name=f"c{n}") for n in range(1, 5)]
    s.add_all(people + clubs)
    s.add_all(Membership(person=p, club=c) for p in people for c in clubs if (p.id + c.id) % 2)
    s.add_all(Mail(id=n, subject="s", sender_id=n % 8 + 1, recipient_id=(n * 3) % 8 + 1) for n in range(1, 17))
    s.commit()

# %% eager by default, both unread
with Session(engine) as s:
    print([p.name for p in s.scalars(select(Person))])  #! unused_eager_load confirmed Person.badge 1  #! unused_eager_load confirmed Person.address 1

# %% eager by default, one read
with Session(engine) as s:
    print([p.badge.id for p in s.scalars(select(Person))])  #! unused_eager_load confirmed Person.address 1

# %% both read
with Session(engine) as s:
    print([(p.badge.id, p.address.town) for p in s.scalars(select(Person))])

# %% made lazy at the query
with Session(engine) as s:
    print([p.badge.id for p in s.scalars(select(Person).options(lazyload(Person.badge), lazyload(Person.address)))])  #! n_plus_one confirmed Person.badge 8

# %% an association proxy: two levels, one line
with Session(engine) as s:
    for p in s.scalars(select(Person).options(lazyload("*"))):
        print([c.name for c in p.clubs])  #! n_plus_one confirmed Person.memberships 8  #! n_plus_one confirmed Membership.club 4

# %% the proxy, loaded ahead
with Session(engine) as s:
    for p in s.scalars(select(Person).options(lazyload("*"), selectinload(Person.memberships).joinedload(Membership.club))):
        print([c.name for c in p.clubs])

# %% two relationships to one table, on one line
with Session(engine) as s:
    for m in s.scalars(select(Mail).options(lazyload("*"))):
        print(m.sender_id, len(m.subject))

# %% sender of each; the recipients are then in the session
with Session(engine) as s:
    mails = s.scalars(select(Mail)).all()
    print([m.sender.name for m in mails])  #! n_plus_one confirmed Mail.sender 8  #! unused_eager_load confirmed Person.badge 8  #! n_plus_one confirmed Person.address 8  #! unused_eager_load confirmed Person.address 8
    print([m.recipient.name for m in mails])

# %% sent and got: two findings
with Session(engine) as s:
    for p in s.scalars(select(Person).options(lazyload(Person.badge), lazyload(Person.address))):
        print(len(p.sent), len(p.got))  #! n_plus_one confirmed Person.sent 8  #! n_plus_one confirmed Person.got 8

# %% deferred column_property
with Session(engine) as s:
    for p in s.scalars(select(Person).options(lazyload(Person.badge), lazyload(Person.address))):
        print(p.mail_count)  #! n_plus_one confirmed Person.mail_count 8

# %% viewonly many-to-many
with Session(engine) as s:
    print({c.name: len(c.memberships) for c in s.scalars(select(Club))})  #! n_plus_one confirmed Club.memberships 4

# %% backref of a self-reference
with Session(engine) as s:
    print([len(p.pupils) for p in s.scalars(select(Person).options(lazyload(Person.badge), lazyload(Person.address)).where(Person.id < 4))])  #! n_plus_one confirmed Person.pupils 3  #! unused_eager_load confirmed Person.badge 3  #! unused_eager_load confirmed Person.address 3

# %% scoped session
registry = scoped_session(sessionmaker(engine))
for m in registry.scalars(select(Mail).where(Mail.id < 4)):
    print(m.sender.id)  #! n_plus_one confirmed Mail.sender 3  #! unused_eager_load confirmed Person.badge 3  #! n_plus_one confirmed Person.address 3  #! unused_eager_load confirmed Person.address 3
registry.remove()

# %% composite primary key: memberships by get
with Session(engine) as s:
    for p, c in ((1, 2), (2, 1), (3, 2), (4, 3)):
        m = s.get(Membership, (p, c))  #! n_plus_one suspected - 4

# %% count of a relationship by its own query
with Session(engine) as s:
    for c in s.scalars(select(Club)).all():
        print(s.scalar(select(func.count()).where(Membership.club_id == c.id)))  #! n_plus_one suspected - 4
