"""Random sessions with savepoints, left by their end, by an error, or by hand, one within the other."""
from .sessions import Writer, caught, rows_in_the_end


class Nester(Writer):
    def __init__(self, model, dice):
        super().__init__(model, dice)
        self.depth = 0

    def nested(self):
        """A savepoint with changes inside."""
        if self.depth > 2:
            return self.look()
        self.depth += 1
        self.dice.choice([self.block, self.block, self.by_hand, self.begun])()
        self.depth -= 1
        self.asked()

    def block(self):
        """A `with` block, perhaps left by an error."""
        outer, self.lines = self.lines, []
        for _ in range(self.dice.randint(1, 4)):
            self.step()
        end = self.dice.choice(["", "", 'raise ValueError("left")', "session.flush()", "session.rollback()", "save.rollback()", "save.commit()"])
        if end:
            self.lines.append(f"    {end}")
        body = ["    " + line for line in self.lines]
        self.lines = outer + ["    try:", "        with session.begin_nested() as save:", *("    " + line for line in body),
                              "    except Exception as error:", "        print(told(error))"]

    def by_hand(self):
        name = f"save{self.count}"
        self.count += 1
        self.lines.append(f"    {name} = session.begin_nested()")
        for _ in range(self.dice.randint(1, 4)):
            self.step()
        self.attempt(f"{name}.{self.dice.choice(['commit', 'rollback', 'rollback'])}()")
        self.attempt(f"{name}.is_active")

    def begun(self):
        """Left open: the next commit ends it."""
        self.attempt("session.begin_nested().is_active")

    def asked(self):
        self.attempt(self.dice.choice(["(session.in_transaction(), session.in_nested_transaction())",
                                       "session.get_nested_transaction() is None", "session.is_active",
                                       "(sorted(map(repr, session.new)), sorted(map(repr, session.dirty)), sorted(map(repr, session.deleted)))"]))
        self.count_states()

    def step(self):
        kinds = [(self.make, 4), (self.change, 5), (self.value, 4), (self.delete, 2), (self.settle, 3), (self.query, 1),
                 (self.look, 3), (self.state, 1.5), (self.statement, 0.8), (self.nested, 2.5), (self.load, 1)]
        self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()


def lines(model, dice):
    writer = Nester(model, dice)
    for _ in range(dice.randint(1, 3)):
        writer.load()
    if not writer.objects:
        writer.make()
    for _ in range(dice.randint(1, 4)):
        writer.step()
    for _ in range(dice.randint(1, 2)):
        writer.nested()
    for _ in range(dice.randint(1, 5)):
        writer.step()
    writer.attempt("session.commit()")
    terms = dice.choice(["", "", "", ", expire_on_commit=False", ", autoflush=False"])
    return ["", f"with Session(engine{terms}) as session:", *caught(writer.lines), *rows_in_the_end(model)]
