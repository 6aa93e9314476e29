"""Products of vectors that leave the other processors alone."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.hit import Matrix, Vector

# OpenBLAS gives a product of matrices to threads from this many multiplications on (`interface/gemm.c`:
# SMP_THRESHOLD_MIN times GEMM_MULTITHREAD_THRESHOLD, 65,536 times 4).
_ALONE = 200_000


def cosines(rows: "Matrix", vector: "Vector") -> "Vector":
    """Return the product of each row with a vector: shape (rows,).

    Not `rows @ vector`: numpy's BLAS gives large products to threads of its own, which stay awake for tens of
    milliseconds and hold up the embedder's threads at the next question, which then takes two to four times
    as long. `vecdot` is computed where it is called.
    """
    import numpy as np

    found: Vector = np.vecdot(rows, vector)
    return found


def many_cosines(rows: "Matrix", vectors: "Matrix") -> "Matrix":
    """Return the product of each of several vectors with each row: shape (vectors, rows).

    By BLAS, in blocks so small that it keeps to the thread that calls it: three times as fast as `vecdot`.
    """
    import numpy as np

    found = np.empty((len(rows), len(vectors)), dtype=np.float32)
    block = max(1, _ALONE // max(1, vectors.size))
    for first in range(0, len(rows), block):
        np.matmul(rows[first : first + block], vectors.T, out=found[first : first + block])
    return found.T
