"""Makes a program that differs small, so that it differs in the same way."""
import re


def program(source, expected, here, found):
    """`expected` and `here` run a text; `found` is what they did with this one."""
    wanted = kind(*found)

    def still(text):
        try:
            compile(text, "smaller", "exec")
        except SyntaxError:
            return False
        want = expected(text)
        if errors(want) != wanted[1]:
            return False
        return kind(want, here(text)) == wanted

    lines = [line for line in source.splitlines() if line.strip()]
    if not still(joined(lines)):
        return source
    before = None
    while lines != before:
        before = lines
        for depth in (0, 4, 8, 12):
            lines = without_lines(lines, depth, still)
        lines = without_pieces(lines, still)
    return joined(lines)


def kind(expected, here):
    """What differs, and which errors and warnings there are at all."""
    differing = [name for name in expected if expected[name] != here[name]]
    return differing[:1], errors(expected), errors(here)


def errors(result):
    told = re.findall(r"\b[A-Z]\w+Error\b", result["output"]) + [result["error"] and result["error"][0]]
    return set(told), {warning[:30] for warning in result["warnings"]}


def joined(lines):
    return "\n".join(lines) + "\n"


def without_lines(lines, depth, still):
    """Takes lines of a depth away, each with those indented below it, the last first."""
    at = len(lines) - 1
    while at >= 0:
        if at < len(lines) and indent(lines[at]) == depth and "__tablename__" not in lines[at]:
            end = at + 1
            while end < len(lines) and indent(lines[end]) > depth:
                end += 1
            if still(joined(lines[:at] + lines[end:])):
                lines = lines[:at] + lines[end:]
        at -= 1
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
