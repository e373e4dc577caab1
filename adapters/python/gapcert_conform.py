"""Makes Python functions an implementation that `gapcert conform` can test.

    from gapcert_conform import serve
    serve({"pac-bayes/kl:as-printed": my_bound})      # my_bound(m, delta, kl, ...) -> float

A name without form stands for every form.

Numbers arrive as floats, lists as lists; serve(..., number=fractions.Fraction) gives them
exactly. Raise ValueError for inputs outside the domain. What a function prints goes to
standard error.
"""
import inspect
import json
import sys


def serve(functions, number=float):
    def read(x):
        return [read(e) for e in x] if isinstance(x, list) else number(x)

    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        call = json.loads(line)
        name, answer = call["call"], {"id": call["id"]}
        function = functions[name if name in functions else name.split(":")[0]]
        try:
            inputs = {name: read(x) for name, x in call["inputs"].items()}
            inspect.signature(function).bind(**inputs)
        except (TypeError, ValueError) as error:
            answer["refused"] = str(error)
        else:
            try:
                value = function(**inputs)
                answer["value"] = value if isinstance(value, (int, float)) else str(value)
            except ValueError as error:
                answer["refused"] = str(error)
        print(json.dumps(answer), file=answers, flush=True)
