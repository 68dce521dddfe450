"""Columns with a text beside them as Parquet, and back; needs pyarrow."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
KEY = "bioanchors"


def parquet_bytes(columns: Mapping[str, Array], text: str) -> bytes:
    """Return columns as a file, whose metadata hold a text."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table(dict(columns)).replace_schema_metadata({KEY: text})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer)
    return buffer.getvalue()


def read_parquet(path: Path, most: int) -> tuple[dict[str, Array], bytes | None]:
    """Return the columns of a file of no more bytes than ``most``, and the text, if it has one.

    Raises
    ------
    ValueError
        If it is no Parquet, is damaged, or larger, or its columns are not numbers by their names.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            size = file.metadata
            if size.num_rows * size.num_columns > most // 8:
                raise pyarrow.ArrowInvalid("too large")
            table = file.read()
        heads = table.column_names
        numbers = [table[i].to_numpy() for i in range(table.num_columns)]
        text: bytes | None = (table.schema.metadata or {}).get(KEY.encode())
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, MemoryError):
        raise ValueError("not Parquet, or damaged") from None
    if text is not None and (
        len(set(heads)) < len(heads) or not all(each.dtype == np.float64 for each in numbers)
    ):
        raise ValueError("not a CDF by year; allowed: a file of format parquet")
    return dict(zip(heads, numbers, strict=True)), text
