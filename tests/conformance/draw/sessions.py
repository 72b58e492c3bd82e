"""Random changes in a session: each a line of its own, which may fail."""
from .options import criterion, options, several
from .queries import ordered


class Writer:
    def __init__(self, model, dice):
        self.model, self.dice = model, dice
        self.objects = []  # (variable, class)
        self.count = 0
        self.lines = []

    def attempt(self, what):
        self.lines.append(f"    attempt(lambda: {what})")

    def variable(self, cls):
        self.count += 1
        name = f"{cls.name.lower()}{self.count}"
        self.objects.append((name, cls))
        return name

    def some(self, cls):
        """A variable that holds an object of a class, or nothing."""
        return self.dice.choice([name for name, kind in self.objects if kind is cls] or [None])

    def load(self):
        cls = self.dice.choice(self.model.classes)
        if self.model.keys[cls]:
            key = self.dice.choice(self.model.keys[cls])
            key = key[0] if len(key) == 1 else key
            self.lines.append(f"    {self.variable(cls)} = session.get({cls.name}, {key!r})")

    def make(self, cls=None, depth=0):
        dice = self.dice
        cls = cls or dice.choice(self.model.classes)
        name = self.variable(cls)
        self.objects.pop()
        values = [f'name="new {self.count}"'] if dice.random() < 0.97 else []
        if dice.random() < 0.4:
            values.append(f"score={dice.randint(0, 5)}")
        if "part" in cls.key:
            values += [f"id={dice.randint(1, 3)}", f"part={10 + self.count}"]
        elif "id" in cls.key and dice.random() < 0.1:
            values.append(f"id={dice.randint(1, 20)}")
        for relationship in cls.relationships:
            other = self.some(relationship.target)
            wanted = any(relationship.name == columns[0].rsplit("_", 1)[0] and not optional
                         for columns, _, optional, _ in cls.foreign)
            if relationship.viewonly or dice.random() > (0.85 if wanted else 0.2):
                continue
            if wanted and not other and depth < 2:
                other = self.make(relationship.target, depth + 1)
            if other:
                values.append(f"{relationship.name}=[{other}]" if relationship.uselist else f"{relationship.name}={other}")
        self.lines.append(f"    {name} = {cls.name}({', '.join(values)})")
        self.objects.append((name, cls))
        if dice.random() < 0.75:
            self.attempt(f"session.add({name})")
        return name

    def change(self):
        """A relationship is given other objects."""
        name, cls = self.dice.choice(self.objects)
        relationships = [one for one in cls.relationships if not one.viewonly or self.dice.random() < 0.05]
        if not relationships:
            return
        relationship, dice = self.dice.choice(relationships), self.dice
        other = self.some(relationship.target)
        attribute = f"{name}.{relationship.name}"
        if not relationship.uselist:
            self.attempt(f'setattr({name}, "{relationship.name}", {other if dice.random() < 0.75 else None})')
            return
        further = self.some(relationship.target)
        self.attempt(dice.choice([
            f"{attribute}.append({other})", f"{attribute}.append({other})", f"{attribute}.append({other})",
            f"{attribute}.remove({other})", f"{attribute}.remove({attribute}[0])", f"{attribute}.remove({attribute}[0])",
            f"{attribute}.clear()", f"{attribute}.pop()", f"{attribute}.insert(0, {other})",
            f'setattr({name}, "{relationship.name}", [])', f'setattr({name}, "{relationship.name}", [{other}])',
            f'setattr({name}, "{relationship.name}", [{other}, {further}])',
            f"{attribute}.extend([{other}, {further}])",
        ]) if other else dice.choice([f"{attribute}.clear()", f'setattr({name}, "{relationship.name}", [])']))

    def value(self):
        """A column is given another value."""
        name, cls = self.dice.choice(self.objects)
        choices = [("name", f"name {self.count}"), ("score", self.dice.choice([None, 1, 4, 9]))]
        for columns, parent, optional, _ in cls.foreign:
            key = self.dice.choice(self.model.keys[parent] or [(1,) * len(columns)])
            choices.append((columns[0], key[0] if self.dice.random() < 0.8 or not optional else None))
        if "note" in dict(cls.columns):
            choices.append(("note", "changed"))
        column, value = self.dice.choice(choices)
        self.attempt(f'setattr({name}, "{column}", {value!r})')

    def delete(self):
        self.attempt(f"session.delete({self.dice.choice(self.objects)[0]})")

    def settle(self):
        self.attempt(self.dice.choice(["session.flush()", "session.flush()", "session.commit()", "session.commit()",
                                       "session.rollback()"]))

    def query(self):
        cls = self.dice.choice(self.model.classes)
        text = f"select({cls.name})" + options(self.model, self.dice, cls)
        if self.dice.random() < 0.4:
            text += f".where({criterion(self.dice, cls)})"
        self.attempt(f"session.scalars({text}{ordered(self.dice, cls)}).unique().all()")

    def look(self):
        name, cls = self.dice.choice(self.objects)
        names = [column for column, _ in cls.columns] + [one.name for one in cls.relationships] * 2
        names += [column for columns, _, _, _ in cls.foreign for column in columns]
        self.attempt(f"{name}.{self.dice.choice(names)}")

    def count_states(self):
        name, _ = self.dice.choice(self.objects)
        self.attempt(f"({name} in session, {name} in session.new, {name} in session.dirty, {name} in session.deleted)")

    def state(self):
        """Its place in the session changes."""
        name, cls = self.dice.choice(self.objects)
        names = [column for column, _ in cls.columns] + [one.name for one in cls.relationships]
        attribute = self.dice.choice(names)
        self.attempt(self.dice.choice([
            f"session.refresh({name})", f'session.refresh({name}, ["{attribute}"])', f"session.expire({name})",
            f'session.expire({name}, ["{attribute}"])', f"session.expunge({name})", f"session.add({name})",
            f"session.is_modified({name})", "session.expire_all()",
        ]))

    def merge(self):
        dice = self.dice
        if dice.random() < 0.3:
            name, cls = dice.choice(self.objects)
            self.lines.append(f"    {self.variable(cls)} = {name}")
            self.attempt(f"session.merge({name})")
            return
        cls = dice.choice(self.model.classes)
        if not self.model.keys[cls]:
            return
        key = dice.choice(self.model.keys[cls])
        values = [f"{column}={value}" for column, value in zip(cls.key, key)]
        if dice.random() < 0.8:
            values.append(f'name="merged {self.count}"')
        for relationship in cls.relationships:
            there = relationship.target
            if relationship.viewonly or dice.random() > 0.25:
                continue
            if self.model.keys[there] and dice.random() < 0.7:
                inner = dict(zip(there.key, dice.choice(self.model.keys[there])))
                other = f"{there.name}({', '.join(f'{column}={value}' for column, value in inner.items())}, name='inner')"
            elif "id" in there.key and len(there.key) == 1:
                other = f"{there.name}(name='inner')"
            else:
                continue
            values.append(f"{relationship.name}=[{other}]" if relationship.uselist else f"{relationship.name}={other}")
        text = f"session.merge({cls.name}({', '.join(values)}))"
        if dice.random() < 0.2:
            text = text[:-1] + f", options=[{', '.join(several(self.model, dice, cls))}])"
        self.attempt(text)

    def statement(self):
        cls = self.dice.choice(self.model.classes)
        text = self.dice.choice([
            f"update({cls.name}).where({criterion(self.dice, cls)}).values(score={self.dice.randint(0, 9)})",
            f"update({cls.name}).values(score={cls.name}.score + 1)",
            f"delete({cls.name}).where({criterion(self.dice, cls)})",
        ])
        self.attempt(f"session.execute({text}).rowcount")

    def nested(self):
        """Some changes inside of a savepoint, which may be taken back."""
        if self.dice.random() < 0.5:
            self.attempt("session.begin_nested()")
            return
        name = f"save{self.count}"
        self.count += 1
        self.lines.append(f"    {name} = session.begin_nested()")
        for _ in range(self.dice.randint(1, 3)):
            self.step()
        self.attempt(f"{name}.{self.dice.choice(['commit', 'rollback'])}()")

    def unflushed(self):
        self.lines.append("    session.autoflush = False")
        for _ in range(self.dice.randint(1, 3)):
            self.step()
        self.lines.append("    session.autoflush = True")

    def step(self):
        kinds = [(self.make, 4), (self.change, 7), (self.value, 3), (self.delete, 2), (self.settle, 4), (self.query, 1.5),
                 (self.look, 2), (self.state, 1.5), (self.merge, 1), (self.statement, 0.4), (self.nested, 0.4),
                 (self.unflushed, 0.2), (self.count_states, 0.5), (self.load, 1)]
        self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()


def lines(model, dice):
    writer = Writer(model, dice)
    terms = dice.choice(["", "", "", "", ", expire_on_commit=False", ", autoflush=False"])
    for _ in range(dice.randint(1, 4)):
        writer.load()
    if not writer.objects:
        writer.make()
    for _ in range(dice.randint(2, 12)):
        writer.step()
    writer.attempt("session.commit()")
    return ["", f"with Session(engine{terms}) as session:", *writer.lines, *rows_in_the_end(model)]


def caught(body):
    """Lines of a session, the error that ends them told."""
    return ["    try:", *("    " + line for line in body), "    except Exception as error:", "        print(told(error))"]


def rows_in_the_end(model):
    """What the tables hold, as another session sees it."""
    text = ["with Session(engine) as session:"]
    for cls in model.classes:
        columns = list(dict.fromkeys([*cls.key, "name", "score", *(name for names, _, _, _ in cls.foreign for name in names)]))
        listed = ", ".join(f"{cls.name}.{column}" for column in columns)
        text.append(f"    print(session.execute(select({listed}).order_by({', '.join(f'{cls.name}.{k}' for k in cls.key)})).all())")
    text += [f"    print(session.execute(select({link}).order_by({link}.c.one_id, {link}.c.other_id)).all())"
             for link, _, _ in model.secondary]
    return text
