"""Makes a program that differs small, so that it differs in the same way."""
import itertools
import re


# Smaller and smaller steps are not worth more runs than this.
TRIES = 300


def program(source, expected, here, found):
    """`expected` and `here` run a text; `found` is what they did with this one."""
    wanted, tries = kind(*found), itertools.count()

    def still(text):
        if next(tries) > TRIES:
            return False
        try:
            compile(text, "smaller", "exec")
        except SyntaxError:
            return False
        want = expected(text)
        if errors(want) != wanted[2]:
            return False
        return kind(want, here(text)) == wanted

    lines = [line for line in source.splitlines() if line.strip()]
    if not still(joined(lines)):
        return source
    before = None
    while lines != before:
        before = lines
        for depth in (0, 4, 8, 12):
            for run in (16, 4, 1):
                lines = without_lines(lines, depth, still, run)
        lines = without_pieces(lines, still)
    return joined(lines)


def kind(expected, here):
    """What differs, where, and which errors and warnings there are at all: a smaller program shall differ for the same
    reason."""
    differing = [name for name in expected if expected[name] != here[name]]
    return differing[:1], where(expected["statements"], here["statements"]), errors(expected), errors(here)


def where(expected, here):
    """What the first two statements that differ do, to which tables."""
    for pair in itertools.zip_longest(expected, here):
        if pair[0] != pair[1]:
            return [statement and outline(statement[1]) for statement in pair]
    return None


def outline(sql):
    return sql.split(None, 1)[0], set(re.findall(r"\b(?:FROM|INTO|UPDATE|JOIN) \(?(\w+)", sql))


def errors(result):
    told = re.findall(r"\b[A-Z]\w+Error\b", result["output"]) + [result["error"] and result["error"][0]]
    return set(told), {warning[:30] for warning in result["warnings"]}


def joined(lines):
    return "\n".join(lines) + "\n"


def without_lines(lines, depth, still, run):
    """Takes lines of a depth away, each with those indented below it, as many at a time as `run` says, the last first."""
    end = len(lines)
    while end > 0:
        at, taken = end, 0
        while at > 0 and taken < run and indent(lines[at - 1]) >= depth:
            at -= 1
            taken += indent(lines[at]) == depth
        if taken == 0:
            end -= 1
            continue
        first = min(index for index in range(at, end) if indent(lines[index]) == depth)
        shorter = lines[:first] + lines[end:]
        if not any("__tablename__" in line for line in lines[first:end] if indent(line) == depth) and still(joined(shorter)):
            lines = shorter
        end = first
    return lines


def indent(line):
    return len(line) - len(line.lstrip())


def without_pieces(lines, still):
    """Takes calls and arguments out of lines."""
    for at in range(len(lines)):
        again = not re.match("from|def|class|import", lines[at])
        while again:
            again = False
            for piece in pieces(lines[at]):
                shorter = lines[:at] + [piece] + lines[at + 1:]
                if still(joined(shorter)):
                    lines, again = shorter, True
                    break
    return lines


def pieces(line):
    """The line without one `.call(…)`, or one argument; the longest such piece first."""
    spans = []
    for found in re.finditer(r"\.\w+\(", line):
        spans.append((found.start(), closing(line, found.end() - 1) + 1))
    for opening in (at for at, char in enumerate(line) if char in "([{"):
        start, depth, close = opening + 1, 0, closing(line, opening)
        arguments = []
        for at in range(opening + 1, close + 1):
            if at == close or line[at] == "," and depth == 0:
                arguments.append((start, at))
                start = at + 1
            depth += (line[at] in "([{") - (line[at] in ")]}")
        for number, (begin, end) in enumerate(arguments):
            if begin < end:
                spans.append((begin - 1, end) if number else (begin, min(end + 1, close)))
    for begin, end in sorted(set(spans), key=lambda span: span[0] - span[1]):
        yield line[:begin] + line[end:].lstrip(" ") if line[begin - 1 : begin] in "([{" else line[:begin] + line[end:]


def closing(line, opening):
    depth = 0
    for at in range(opening, len(line)):
        depth += (line[at] in "([{") - (line[at] in ")]}")
        if depth == 0:
            return at
    return len(line) - 1
