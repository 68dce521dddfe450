"""What is wrong with the law by which a loss falls with parameters and tokens."""

from __future__ import annotations

from bioanchors.model.scaling_law import FORMS, TABLE
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.tables import Tables


def check_scaling_law(checker: Checker, tables: Tables) -> None:
    """Check ``[scaling_law]``: its form, and the constants of that form and of no other."""
    law = tables.scaling_law
    if law is None:
        return
    if law.form is None:
        checker.missing((TABLE, "form"), " or ".join(f'"{form}"' for form in FORMS))
        return
    own = FORMS[law.form]
    for key in own:
        if getattr(law, key) is None:
            checker.missing((TABLE, key), f"a number or a distribution, by the form {law.form}")
    others = {key for form in FORMS.values() for key in form} - set(own)
    if law.form != "chinchilla":
        others.add("irreducible_loss")
    for key in sorted(others):
        if getattr(law, key) is not None:
            message = f"the form {law.form} has no such key; allowed: {', '.join(own)}"
            checker.add((TABLE, key), message)
