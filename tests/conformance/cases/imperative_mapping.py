# Plain classes, mapped to tables from outside
# strategies: selectin, joined

# %% Tables and classes
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, func, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, backref, column_property, deferred, registry, relationship, synonym, validates

mapping = registry()

ships = Table(
    "ships",
    mapping.metadata,
    Column("id", Integer, primary_key=True),
    Column("ship_name", String(40), nullable=False),
    Column("log", String),
    Column("port_id", ForeignKey("ports.id")),
)
ports = Table("ports", mapping.metadata, Column("id", Integer, primary_key=True), Column("town", String), Column("note", String))
crews = Table(
    "crews",
    mapping.metadata,
    Column("ship_id", ForeignKey("ships.id"), primary_key=True),
    Column("sailor_id", ForeignKey("sailors.id"), primary_key=True),
)
sailors = Table("sailors", mapping.metadata, Column("id", Integer, primary_key=True), Column("name", String))


class Shown:
    def __repr__(self):
        return f"{type(self).__name__}({self.id})"


class Ship(Shown):
    @validates("name")
    def _named(self, key, value):
        return value.strip()


class Port(Shown):
    def __init__(self, town):
        self.town = town
        self.loud = town.upper()


class Sailor(Shown):
    pass


mapping.map_imperatively(
    Ship,
    ships,
    properties={
        "name": ships.c.ship_name,
        "log": deferred(ships.c.log),
        "port": relationship(Port, backref=backref("ships", order_by=ships.c.id)),
        "crew": relationship(Sailor, secondary=crews, order_by=sailors.c.name, back_populates="ships"),
        "called": synonym("name"),
    },
)
mapping.map_imperatively(
    Port,
    ports,
    exclude_properties=["note"],
    properties={"count": column_property(select(func.count(ships.c.id)).where(ships.c.port_id == ports.c.id).scalar_subquery())},
)
sailor_mapper = mapping.map_imperatively(Sailor, sailors, column_prefix="the_", properties={"id": sailors.c.id})
sailor_mapper.add_property("ships", relationship("Ship", secondary=crews, back_populates="crew"))
print(sailor_mapper, sailor_mapper.class_, sailor_mapper.primary_key[0] is sailors.c.id)
try:
    mapping.map_imperatively(Port, ports)
except ArgumentError as error:
    print(str(error).split("'")[0])

# %% Writing
engine = create_engine("sqlite://")
mapping.metadata.create_all(engine)
with Session(engine) as session:
    harbour = Port("Bergen")
    print(harbour.loud, harbour.ships, Port.__init__.__name__)
    for name in (" Fram ", "Gjøa", "Maud"):
        ship = Ship(name=name, log="calm", port=harbour)
        session.add(ship)
        for who in ("Ole", "Nils"):
            ship.crew.append(Sailor(the_name=f"{who} of {name.strip()}"))
            session.flush()
    session.commit()
    try:
        Ship(colour="red")
    except TypeError as error:
        print(error)

# %% Reading
with Session(engine) as session:
    for ship in session.scalars(select(Ship).order_by(Ship.called)).unique():
        print(ship, ship.called, ship.port.town, [sailor.the_name for sailor in ship.crew])
    port = session.scalars(select(Port)).unique().one()
    print(port.count, port.ships, hasattr(port, "note"), isinstance(port, Shown))
    print(ship.log)
    ship.crew.pop()
    port.ships.remove(ship)
    session.commit()
    print(port.ships, session.get(Sailor, 1).ships, ship.port)
