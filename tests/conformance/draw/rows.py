"""Random rows for a model."""


def lines(model, dice):
    keys, text = {}, ["with Session(engine) as session:"]
    for cls in model.classes:
        keys[cls] = []
        drawn, used = [], {}
        for number in range(1, dice.randint(1, 5) + 1):
            row = {"id": number} if "id" in cls.key else {}
            if "part" in cls.key:
                row = {"id": dice.randint(1, 2), "part": number}
            for columns, parent, optional, single in cls.foreign:
                there = keys[parent]
                if single:
                    there = [key for key in there if key not in used.setdefault(columns[0], set())]
                key = dice.choice(there) if there else None
                if key is None or optional and dice.random() < 0.25:
                    key = [None] * len(columns)
                elif single:
                    used[columns[0]].add(key)
                row.update(zip(columns, key))
            key = tuple(row[column] for column in cls.key)
            if None in key or key in keys[cls]:
                continue
            row["name"] = f"{cls.name} {dice.randint(1, 3)}"
            row["score"] = dice.choice([None, 1, 2, 3, 5])
            if len(cls.columns) > 2:
                row["note"] = dice.choice([None, "a", "b"])
            keys[cls].append(key)
            drawn.append(row)
        if drawn:
            text.append(f"    session.execute(insert({cls.name}), {drawn!r})")
    for link, first, second in model.secondary:
        pairs = {(dice.choice(keys[first])[0], dice.choice(keys[second])[0])
                 for _ in range(5) if keys[first] and keys[second]}
        if pairs:
            drawn = [{"one_id": one, "other_id": other} for one, other in sorted(pairs)]
            text.append(f"    session.execute(insert({link}), {drawn!r})")
    model.keys = keys
    return text + ["    session.commit()"]
