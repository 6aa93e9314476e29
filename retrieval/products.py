"""Products of vectors that leave the other processors alone."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.hit import Matrix, Vector


def cosines(rows: "Matrix", vector: "Vector") -> "Vector":
    """Return the product of each row with a vector: shape (rows,), or with leading axes as they broadcast.

    Not `rows @ vector`: numpy's BLAS gives large products to threads of its own, which stay awake for tens of
    milliseconds and hold up the embedder's threads at the next question, which then takes two to four times
    as long. `vecdot` is computed where it is called.
    """
    import numpy as np

    found: Vector = np.vecdot(rows, vector)
    return found
