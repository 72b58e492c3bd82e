# column_property, query_expression, hybrid, synonym, validates
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


from sqlalchemy.ext.hybrid import hybrid_property, hybrid_method


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column()
    last: Mapped[str] = mapped_column()
    fullname: Mapped[str] = column_property(first + " " + last)
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")
    extra: Mapped[int | None] = query_expression()

    @hybrid_property
    def initials(self):
        return self.first[0] + self.last[0]

    @initials.inplace.expression
    @classmethod
    def _initials(cls):
        return func.substr(cls.first, 1, 1).concat(func.substr(cls.last, 1, 1))

    @hybrid_method
    def longer_than(self, n):
        return func.length(self.first) > n

    @validates("first")
    def check(self, key, value):
        if not value:
            raise ValueError("empty " + key)
        return value.title()


class Address(Base):
    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    email: Mapped[str]
    mail: Mapped[str] = synonym("email")
    user: Mapped["User"] = relationship(back_populates="addresses")


User.address_count = column_property(
    select(func.count(Address.id)).where(Address.user_id == User.id).correlate_except(Address).scalar_subquery(), deferred=False
)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(first="ann", last="Lee", addresses=[Address(email="a@x"), Address(mail="b@x")]), User(first="bob", last="Ray")])
    session.commit()
    for user in session.scalars(select(User).order_by(User.id)):
        print(user.fullname, user.address_count, user.initials, user.extra)
    print(session.scalars(select(User.fullname).where(User.fullname == "Ann Lee")).all())
    print(session.scalars(select(User).where(User.initials == "BR")).one().first)
    print(session.scalars(select(User.first).order_by(User.address_count.desc())).all())
    session.expunge_all()
    statement = select(User).options(with_expression(User.extra, func.length(User.first) + 1)).order_by(User.id)
    print([(user.extra, user.fullname) for user in session.scalars(statement)])
    print(session.scalars(select(User).where(User.longer_than(2))).all().__len__())
    print(session.scalars(select(Address).where(Address.mail == "b@x")).one().mail)
    print(session.scalars(select(Address).filter_by(mail="a@x")).one().email)
    attempt(lambda: User(first="", last="x"))
    user = session.scalars(select(User).options(joinedload(User.addresses)).where(User.address_count > 1)).unique().one()
    print(len(user.addresses))
    user.last = "New"
    session.flush()
    print(user.fullname)
    session.commit()
    print(user.fullname)
    alias = aliased(User)
    print(session.execute(select(alias.fullname, alias.address_count, alias.initials)).all())
    bundle = Bundle("who", User.first, User.last)
    print([(row.who.first, row.who) for row in session.execute(select(bundle).order_by(User.id))])
    print(session.execute(select(bundle, User.id).where(bundle.c.first == "Ann")).all())
