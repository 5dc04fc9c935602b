"""Quantiles of the Beta distribution, for mixing weights (mixup draws them from Beta(α, α))."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p


def beta_quantile(a: float, b: float, u: float) -> float:
    """The x in 0…1 with I_x(a, b) = u, by Newton's method; by bisection where that would leave the known bounds."""
    if a == b == 1 or u <= 0:
        return u
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(100):
        error = beta_cdf(a, b, x) - u
        if error < 0:
            low = x
        else:
            high = x
        slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - _log_beta(a, b))
        better = x - error / slope if slope else low
        if not low < better < high:
            better = (low + high) / 2
        if abs(better - x) <= 1e-16 + 1e-14 * x:
            return better
        x = better
    return x


def beta_cdf(a: float, b: float, x: float) -> float:
    """I_x(a, b), to about 1e-12."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _by_fraction(b, a, 1 - x)
    return _by_fraction(a, b, x)


def _by_fraction(a: float, b: float, x: float) -> float:
    """I_x(a, b) by Lentz's method on its continued fraction (DLMF 8.17.22), which converges fast for small x."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    fraction = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            change = c * d
            fraction *= change
        if abs(change - 1) < 1e-15:
            break
    return exp(a * log(x) + b * log1p(-x) - _log_beta(a, b)) * fraction / a


@lru_cache(maxsize=64)
def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
