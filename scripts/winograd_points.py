#!/usr/bin/env python3
"""The rounding error of F(4x4, 3x3) in float32 for several sets of interpolation points.

Needs numpy. Prints, for each set of finite points (infinity belongs to all), the error's root mean
square relative to the result's, over 200 tiles of 64 channels in and 32 out; F(2x2, 3x3) last.
"""
from fractions import Fraction as F

import numpy as np


def transforms(points, m):
    """A^T, G and B^T of m results of a kernel of 3, as Toom and Cook interpolate."""
    points = [F(p) for p in points]
    n = m + 2
    others = lambda i: [p for j, p in enumerate(points) if j != i]
    norm = [np.prod([F(1)] + [p - q for q in others(i)]) for i, p in enumerate(points)]

    def polynomial(roots):
        c = [F(1)]
        for r in roots:
            c = [(c[k - 1] if k else 0) - r * (c[k] if k < len(c) else 0) for k in range(len(c) + 1)]
        return c + [F(0)] * (n - len(c))

    at = [[p**i for p in points] + [F(i == m - 1)] for i in range(m)]
    g = [[p**j / d for j in range(3)] for p, d in zip(points, norm)] + [[F(0), F(0), F(1)]]
    bt = [polynomial(others(i)) for i in range(n - 1)] + [polynomial(points)]
    return [np.array([[float(x) for x in row] for row in t]) for t in (at, g, bt)]


def error(points, m=4, channels=64, outputs=32, tiles=200):
    random = np.random.default_rng(0)
    at, g, bt = transforms(points, m)
    d = np.maximum(random.standard_normal((tiles, channels, m + 2, m + 2)), 0)
    w = random.standard_normal((outputs, channels, 3, 3)) * np.sqrt(2 / (channels * 9))
    single = lambda x: x.astype(np.float32)
    b, a = single(bt), single(at)
    u = single(np.einsum('ij,ocjk,lk->iloc', g, w, g))
    v = np.einsum('tcik,lk->iltc', np.einsum('ij,tcjk->tcik', b, single(d)), b)
    # The products' own rounding is the plain sum's as well, so they are summed in double.
    products = single(np.einsum('iloc,iltc->toil', u.astype(float), v.astype(float)))
    y = np.einsum('toal,bl->toab', np.einsum('ai,toil->toal', a, products), a)
    exact = np.empty_like(y, dtype=float)
    for i in range(m):
        for j in range(m):
            exact[:, :, i, j] = np.einsum('tcab,ocab->to', d[:, :, i:i + 3, j:j + 3], w)
    return np.sqrt(((y - exact)**2).mean() / (exact**2).mean())


if __name__ == '__main__':
    half, two_thirds, three_halves = F(1, 2), F(2, 3), F(3, 2)
    for points in ([0, 1, -1, 2, -2], [0, 1, -1, half, -half], [0, 1, -1, half, -2],
                   [0, F(3, 4), -F(3, 4), three_halves, -three_halves],
                   [0, half, -half, three_halves, -three_halves],
                   [0, two_thirds, -two_thirds, three_halves, -three_halves]):
        print(f"{', '.join(map(str, points)):28} {error(points):.2e}")
    print(f"{'F(2x2, 3x3): 0, 1, -1':28} {error([0, 1, -1], 2):.2e}")
