"""What rules of matrices share: Newton-Schulz orthogonalisation, and one symmetric matrix for each axis of an array."""

from collections.abc import Sequence
from typing import Any

from descend.core.numeric.arrays import Array, clip, cond, full_like, namespace, norm, one_if_zero, where, zeros_like
from descend.core.numeric.linalg import eigh, qr

QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan (2024): steep at 0, so that 5 steps bring singular values to 0.7 ... 1.2


def newton_schulz(x: Array, steps: int, eps: Any) -> Array:
    """Nearly the nearest matrix to x (m, n) whose singular values are all 1; 0 of 0.

    Iterates X <- a X + (b A + c A^2) X, A = X X^T, from x / (|x| + eps), with the coefficients QUINTIC.
    """
    a, b, c = QUINTIC
    tall = x.shape[0] > x.shape[1]
    x = x / one_if_zero(norm(x) + eps)
    x = x.T if tall else x  # the smaller of the two products
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def short_axes(x: Array, max_size: int) -> tuple[int, ...]:
    """The axes to keep a matrix for: none of a vector, a number or an empty array, none longer than max_size."""
    shape = tuple(x.shape)
    return tuple(i for i, n in enumerate(shape) if n <= max_size) if len(shape) > 1 and 0 not in shape else ()


def gram(x: Array, axis: int) -> Array:
    """The products of x's slices along an axis of length n, summed over all others: (n, n); x x^T of a matrix's first."""
    others = [i for i in range(x.ndim) if i != axis]
    return namespace(x).tensordot(x, x, axes=(others, others))


def along(matrix: Array, x: Array, axis: int) -> Array:
    """The matrix (n, n) applied to every vector (n,) of x along an axis: matrix @ x of a matrix's first."""
    xp = namespace(matrix, x)
    return xp.moveaxis(xp.tensordot(matrix, x, axes=([1], [axis])), 0, axis)


def along_all(matrices: Sequence[Array], x: Array, axes: Sequence[int]) -> Array:
    """A matrix applied along each of the axes."""
    for matrix, axis in zip(matrices, axes, strict=True):
        x = along(matrix, x, axis)
    return x


def identity_like(square: Array) -> Array:
    """The identity, of a square matrix's size, type and device."""
    xp = namespace(square)
    return xp.triu(xp.tril(zeros_like(square) + 1))


def rounding(x: Array) -> float:
    """What rounding leaves of a zero in sums of x's type, as a share of the largest: 16 units in the last place."""
    return 16 * float(namespace(x).finfo(x.dtype).eps)


def inverse_root(matrix: Array, p: int, eps: Any) -> Array:
    """(matrix + eps I)^(-1/p) of a symmetric matrix without negative eigenvalues; of 0 with eps 0: the identity.

    Eigenvalues lost in the rounding of the largest, negative ones among them, are held where that begins.
    """
    values, vectors = eigh(matrix)
    floor = rounding(matrix) * clip(values[-1:], 0.0, None)
    held = where(values > floor, values, floor) + eps
    return (vectors * one_if_zero(held) ** (-1 / p)) @ vectors.T


def eigenbasis(matrix: Array) -> Array:
    """The eigenvectors of a symmetric matrix without negative eigenvalues as columns, the largest eigenvalue first.

    A matrix of less than full rank, such as the gram of one row's gradient, leaves a subspace open, in which a library may
    choose any basis. Here it is that of the diagonal matrix 1, 2, ..., n restricted to the subspace, smallest first: it turns
    with the subspace alone, and if all is open it is the identity. Open is where eigenvalues are lost in rounding.
    """
    xp = namespace(matrix)
    values, vectors = eigh(matrix)
    largest = clip(values[-1:], 0.0, None)
    lost = where(values <= max(1.0, values.shape[0] / 16) * rounding(matrix) * largest, full_like(values, 1.0), zeros_like(values))
    count = xp.sum(xp.tril(zeros_like(matrix) + 1), axis=1)
    subspace = (vectors * lost) @ vectors.T
    below = (subspace * (1 + count / count[-1:])) @ subspace  # on it -1 to -2, so that it comes after all else
    vectors = xp.flip(eigh(matrix - one_if_zero(largest) * below)[1], axis=1)
    return _flip_signs(vectors, xp.sum(vectors / count[:, None], axis=0))


def next_basis(matrix: Array, basis: Array) -> Array:
    """One step of orthogonal iteration from a basis (columns) towards the eigenvectors: the Q of matrix @ basis.

    A little of the identity, which has the same eigenvectors, is added to the matrix (n, n): so columns of which it makes
    nothing but rounding, as it does of most while it has seen few rows of data, stay where they are.
    """
    shift = 64 * rounding(matrix) * norm(matrix)
    q, r = qr(matrix @ basis + shift * basis)
    return _flip_signs(q, namespace(r).linalg.diagonal(r))


def _flip_signs(columns: Array, signs: Array) -> Array:
    """The columns, turned round where the number is negative: their signs are the library's whim."""
    return where(signs < 0, -columns, columns)


def refresh_if(now: Any, new: Any, *operands: Any) -> Any:
    """new(*operands) if `now`, else the last operand; the work is skipped where that is known before or as it runs."""
    return cond(now, new, lambda *kept: kept[-1], *operands)
