"""Types of values that several tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

DATES: tuple[dict[str, str], ...] = (
    {"type": "string", "format": "date"},
    {"type": "string", "pattern": "^[0-9]{4}-?[Qq][1-4]$"},
)
"""JSON schemas of a date and of a quarter."""


@dataclass(frozen=True, slots=True)
class YearMark:
    """Marks a year; ``reading/dates.py`` makes one of a date before validation."""

    is_whole: bool = False

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let an editor take a date, too."""
        schema = dict(handler(core_schema))
        description = schema.pop("description")
        return {
            "anyOf": [schema, *DATES],
            "description": f"{description} or {'its first day' if self.is_whole else 'date'}",
        }


FIRST_YEAR, LAST_YEAR = 1900, 3000
Year = Annotated[float, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="decimal year"), YearMark()]
WholeYear = Annotated[
    int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="whole year"), YearMark(is_whole=True)
]
Probability = Annotated[float, Field(ge=0, le=1)]
Flop = Annotated[float, Field(ge=1, le=1e120, description="training FLOP")]
EventName = Literal["affordable", "trained", "deployed"]
