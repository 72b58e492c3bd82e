"""What is put back when a run has ended: the modules live on, their state must not."""

_ends = []


def at_end(function):
    _ends.append(function)
    return function


def end():
    for function in _ends:
        function()
