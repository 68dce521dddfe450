"""What training takes: brains, networks, samples, hypotheses and none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, create_model
from pydantic_core import CoreSchema

from bioanchors.model.keys import ABOVE_0, AT_LEAST_0, REALS, Key, log10
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.scaling_law import FORMS
from bioanchors.parameters.quantities.families import Quantity
from bioanchors.parameters.quantities.specs import Table
from bioanchors.parameters.tables.trends import Algorithms
from bioanchors.parameters.tables.years import Flop, Probability, Year

if TYPE_CHECKING:
    KindName = str
    FormName = str
else:
    KindName = Literal[tuple(REQUIREMENTS)]
    FormName = Literal[tuple(FORMS)]


class Brain(Table):
    """The brain."""

    flop_per_s: Annotated[
        Quantity | None,
        Key("computation of the human brain", "FLOP/s", ABOVE_0, 1, 1e40, log10),
    ] = None


class Network(Table):
    """A trained network against the brain."""

    oom_vs_brain: Annotated[
        Quantity | None,
        Key("FLOP per subjective second against the brain's FLOP/s", "OOM", REALS, -50, 50),
    ] = None
    flop_per_parameter_per_subj_s: Annotated[
        Quantity | None,
        Key(
            "FLOP per parameter and subjective second",
            "FLOP/parameter/s",
            ABOVE_0,
            1e-6,
            1e12,
            log10,
        ),
    ] = None


class Scaling(Table):
    """Samples = samples_at_reference x (parameters / reference_parameters)^exponent."""

    exponent: Annotated[
        Quantity | None, Key("exponent of samples in parameters", "", REALS, -10, 10)
    ] = None
    reference_parameters: Annotated[
        Quantity | None,
        Key("size at which the samples are known", "parameters", ABOVE_0, 1, 1e40, log10),
    ] = None
    samples_at_reference: Annotated[
        Quantity | None,
        Key("samples needed at that size", "samples", ABOVE_0, 1e-10, 1e60, log10),
    ] = None
    horizon_exponent: Annotated[
        Quantity | None,
        Key(
            "exponent of training FLOP in the effective horizon length; 1 if left out",
            "",
            AT_LEAST_0,
            0,
            10,
        ),
    ] = None


class ScalingLaw(Table):
    """How a language model's loss falls with its parameters and its tokens.

    Chinchilla: loss = irreducible_loss + parameters_coefficient / parameters^parameters_exponent
    + data_coefficient / tokens^data_exponent. Kaplan: loss = ((critical_parameters /
    parameters)^(parameters_exponent / data_exponent) + critical_tokens / tokens)^data_exponent.
    """

    form: FormName | None = Field(default=None, description="which of the two laws")
    irreducible_loss: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None,
        description="nats a token that no model gets below, by Chinchilla's form; for figures only",
    )
    parameters_coefficient: Annotated[
        Quantity | None,
        Key("by Chinchilla's form", "nats/token", ABOVE_0, 1e-6, 1e12, log10),
    ] = None
    critical_parameters: Annotated[
        Quantity | None,
        Key("by Kaplan's form", "parameters", ABOVE_0, 1, 1e40, log10),
    ] = None
    parameters_exponent: Annotated[
        Quantity | None,
        Key("how fast the loss falls with parameters", "", ABOVE_0, 1e-3, 10),
    ] = None
    data_coefficient: Annotated[
        Quantity | None,
        Key("by Chinchilla's form", "nats/token", ABOVE_0, 1e-6, 1e12, log10),
    ] = None
    critical_tokens: Annotated[
        Quantity | None,
        Key("by Kaplan's form", "tokens", ABOVE_0, 1, 1e40, log10),
    ] = None
    data_exponent: Annotated[
        Quantity | None,
        Key("how fast the loss falls with tokens", "", ABOVE_0, 1e-3, 10),
    ] = None


class Factor(Table):
    """A further factor on what a hypothesis asks for."""

    oom: Annotated[
        Quantity | None,
        Key("OOM that come to the training FLOP", "OOM", REALS, -100, 100),
    ] = None


class LowEndUpdate(Table):
    """A ramp in log10 FLOP, or with both ends equal a cut, by which each hypothesis is weighted."""

    ruled_out_below_flop: Flop | None = None
    full_weight_above_flop: Flop | None = None


def _keys_of_all_kinds() -> dict[str, Any]:
    """Return fields for the keys of every kind; in which order inputs are listed follows."""
    keys = {name: key for kind in reversed(REQUIREMENTS.values()) for name, key in kind.own.items()}
    return {name: (Annotated[Quantity | None, key], None) for name, key in keys.items()}


if TYPE_CHECKING:
    _OfAnyKind = Table
else:
    _OfAnyKind = create_model("_OfAnyKind", __base__=Table, **_keys_of_all_kinds())


class Hypothesis(_OfAnyKind):
    """One hypothesis of how much training takes; which keys it needs follows from its kind."""

    kind: KindName | None = None
    weight: Annotated[float, Field(ge=0, le=1e12)] | None = Field(
        default=None, description="relative weight: hypotheses share what [none] leaves"
    )
    algorithms: Algorithms | None = None
    factors: dict[str, Factor] | None = Field(
        default=None, description="further factors on what it asks for, by name"
    )


class NoneOfThese(Table):
    """The probability that none of the hypotheses holds, falling linearly between two years."""

    probability: Probability | None = Field(default=None, description="up to start_year")
    probability_end: Probability | None = Field(default=None, description="from end_year on")
    start_year: Year | None = None
    end_year: Year | None = None


class NumberIsShort:
    """``none = 0.1`` is short for a table, which is written out before it is checked."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = dict(handler(core_schema))
        number = {"type": "number", "minimum": 0, "maximum": 1}
        return {**schema, "anyOf": [number, *schema["anyOf"]]}
