"""Random mapped classes."""

NAMES = ["Ant", "Bee", "Cat", "Dog", "Elk"]
# Mappings that load eagerly in both directions grow a statement without bound, so most say nothing.
LAZY = ["select"] * 14 + ["selectin", "selectin", "joined", "joined", "subquery", "immediate"]


class Relationship:
    def __init__(self, name, target, uselist, viewonly=False, secondary=None):
        self.name, self.target, self.uselist, self.viewonly, self.secondary = name, target, uselist, viewonly, secondary


class Class:
    """A mapped class: its columns as (attribute, what it holds), and its relationships."""

    def __init__(self, number):
        self.number, self.name = number, NAMES[number]
        self.table = NAMES[number].lower() + "s"
        self.key = ["id"]
        self.columns = [("name", "text"), ("score", "number")]
        self.foreign = []  # (columns, parent class, optional, at most one for each parent)
        self.attributes = []
        self.constraints = []
        self.relationships = []

    def lines(self):
        shown = ", ".join(f"{{self.{column}}}" for column in self.key)
        lines = ["", "", f"class {self.name}(Base):", f'    __tablename__ = "{self.table}"']
        if self.constraints:
            lines.append(f"    __table_args__ = ({', '.join(self.constraints)},)")
        return lines + self.attributes + ["", "    def __repr__(self):", f'        return f"{self.name}({shown})"']


class Model:
    def __init__(self, dice):
        self.dice = dice
        self.classes = [Class(number) for number in range(dice.randint(2, 5))]
        self.secondary = []  # (name, first class, second class)
        self.uses = 0
        for cls in self.classes:
            self.start(cls)
        for child in self.classes[1:]:
            if child.key:
                self.one_to_many(dice.choice(self.classes[: child.number]), child)
        for _ in range(dice.randint(0, 3)):
            first, second = dice.choice(self.classes), dice.choice(self.classes)
            if dice.random() < 0.4:
                self.many_to_many(first, second)
            else:
                self.one_to_many(*sorted((first, second), key=lambda cls: cls.number))
        if dice.random() < 0.25:
            self.chosen_few()

    def start(self, cls):
        """Its key and its columns."""
        dice, number = self.dice, cls.number
        column = "    {}: Mapped[{}] = mapped_column({})".format
        if number > 1 and dice.random() < 0.12:
            # An association object: two foreign keys are its key.
            cls.key = []
            for parent in dice.sample(self.classes[:number], 2):
                self.one_to_many(parent, cls, in_key=True)
            cls.key = [name for names, _, _, _ in cls.foreign for name in names]
        else:
            cls.attributes.append(column("id", "int", "primary_key=True"))
            if dice.random() < 0.12:
                cls.key.append("part")
                cls.attributes.append(column("part", "int", "primary_key=True"))
        cls.attributes.append("    name: Mapped[str]")
        cls.attributes.append(column("score", "Optional[int]", dice.choice(["", "", "default=7", "deferred=True"])))
        if dice.random() < 0.3:
            cls.columns.append(("note", "text"))
            extra = dice.choice(["", ', deferred_group="more"', ", deferred_raiseload=True"])
            cls.attributes.append(column("note", "Optional[str]", "deferred=True" + extra))

    def lazy(self):
        lazy = self.dice.choice(LAZY)
        return [] if lazy == "select" else [f'lazy="{lazy}"']

    def order(self, cls):
        if self.dice.random() < 0.5:
            return []
        column = self.dice.choice([*cls.key, f"{cls.key[0]}.desc()", "name"])
        return [f'order_by="{cls.name}.{column}"']

    def one_to_many(self, parent, child, in_key=False):
        self.uses += 1
        number, dice = self.uses, self.dice
        up, down = f"up{number}", f"down{number}"
        columns = [f"{up}_{column}" for column in parent.key]
        single = dice.random() < 0.15 and parent is not child and not in_key
        optional = not in_key and (single or parent is child or dice.random() < 0.4)
        kind = "Optional[int]" if optional else "int"
        child.foreign.append((columns, parent, optional, single and dice.random() < 0.9))
        for name, column in zip(columns, parent.key):
            terms = [f'ForeignKey("{parent.table}.{column}")'] if len(columns) == 1 else []
            terms += ["primary_key=True"] if in_key else []
            child.attributes.append(f"    {name}: Mapped[{kind}] = mapped_column({', '.join(terms)})")
        if len(columns) > 1:
            there = [f"{parent.table}.{column}" for column in parent.key]
            child.constraints.append(f"ForeignKeyConstraint({columns!r}, {there!r})")
        keys = [f'foreign_keys="{names(child, columns)}"']
        both = dice.random() < 0.8
        down_terms, up_terms = list(keys), list(keys)
        if both:
            down_terms.append(f'back_populates="{up}"')
            up_terms.append(f'back_populates="{down}"')
        else:  # two that write one column would warn
            dice.choice([down_terms, up_terms]).append("viewonly=True")
        if parent is child:
            up_terms.append(f'remote_side="{names(parent, parent.key)}"')
            if dice.random() < 0.4:
                (down_terms if dice.random() < 0.7 else up_terms).append(f"join_depth={dice.randint(1, 2)}")
        if not single:
            down_terms += self.order(child) if child.key else []
        if "viewonly=True" not in down_terms and dice.random() < 0.3:
            down_terms.append(f'cascade="{dice.choice(["all, delete-orphan", "all, delete-orphan", "all", "save-update"])}"')
        if not optional and dice.random() < 0.3:
            up_terms.append("innerjoin=True")
        down_terms += self.lazy()
        up_terms += self.lazy()
        target = f'Optional["{child.name}"]' if single else f'list["{child.name}"]'
        parent.attributes.append(f"    {down}: Mapped[{target}] = relationship({', '.join(down_terms)})")
        target = f'Optional["{parent.name}"]' if optional else f'"{parent.name}"'
        child.attributes.append(f"    {up}: Mapped[{target}] = relationship({', '.join(up_terms)})")
        parent.relationships.append(Relationship(down, child, not single, "viewonly=True" in down_terms))
        child.relationships.append(Relationship(up, parent, False, "viewonly=True" in up_terms))

    def many_to_many(self, first, second):
        if len(first.key) > 1 or len(second.key) > 1:
            return
        self.uses += 1
        number, dice = self.uses, self.dice
        link, many, back = f"link{number}", f"many{number}", f"back{number}"
        self.secondary.append((link, first, second))
        if dice.random() < 0.15 and first is not second:
            terms = [f'secondary="{link}"', f'backref="{back}"', *self.order(second), *self.lazy()]
            first.attributes.append(f'    {many}: Mapped[list["{second.name}"]] = relationship({", ".join(terms)})')
            first.relationships.append(Relationship(many, second, True, secondary=link))
            second.relationships.append(Relationship(back, first, True, secondary=link))
            return
        sides = [(first, second, many, back, "one_id", "other_id"), (second, first, back, many, "other_id", "one_id")]
        for here, there, name, other, near, far in sides:
            terms = [f'secondary="{link}"', f'back_populates="{other}"']
            if here is there:
                terms.append(f'primaryjoin="{here.name}.{here.key[0]} == {link}.c.{near}"')
                terms.append(f'secondaryjoin="{there.name}.{there.key[0]} == {link}.c.{far}"')
            terms += self.order(there) + self.lazy()
            here.attributes.append(f'    {name}: Mapped[list["{there.name}"]] = relationship({", ".join(terms)})')
            here.relationships.append(Relationship(name, there, True, secondary=link))

    def chosen_few(self):
        """A relationship for reading, with a criterion of its own in the join."""
        child = self.dice.choice(self.classes)
        if not child.foreign:
            return
        self.uses += 1
        columns, parent, _, _ = self.dice.choice(child.foreign)
        if parent is child:
            return
        join = [f"{child.name}.{mine} == {parent.name}.{theirs}" for mine, theirs in zip(columns, parent.key)]
        join.append(f"{child.name}.score > {self.dice.randint(0, 4)}")
        terms = [f'primaryjoin="and_({", ".join(join)})"', "viewonly=True", *self.order(child), *self.lazy()]
        name = f"few{self.uses}"
        parent.attributes.append(f'    {name}: Mapped[list["{child.name}"]] = relationship({", ".join(terms)})')
        parent.relationships.append(Relationship(name, child, True, viewonly=True))

    def lines(self):
        lines = []
        for link, first, second in self.secondary:
            lines += ["", f"{link} = Table(", f'    "{link}",', "    Base.metadata,",
                      f'    Column("one_id", ForeignKey("{first.table}.{first.key[0]}"), primary_key=True),',
                      f'    Column("other_id", ForeignKey("{second.table}.{second.key[0]}"), primary_key=True),', ")"]
        for cls in self.classes:
            lines += cls.lines()
        return lines


def names(cls, columns):
    """Columns of a class as a relationship's string argument."""
    listed = ", ".join(f"{cls.name}.{column}" for column in columns)
    return listed if len(columns) == 1 else f"[{listed}]"
