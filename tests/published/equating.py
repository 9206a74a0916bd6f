"""Printed tables of equating, typed in; what each comes from stands beside it.

KB: Kolen & Brennan, Test Equating, Scaling, and Linking. ER: results of Equating Recipes 1.0 (Brennan et al. 2009),
the program of the same authors, run on the tables below.
"""

import numpy as np

# KB Tables 2.3 and 2.4: two made-up papers of four items, shares in tenths of scores 0-4, and the equated scores.
FOUR_ITEMS_X = [2, 3, 2, 2, 1]
FOUR_ITEMS_Y = [1, 2, 2, 3, 2]
FOUR_ITEMS_EQUATED = [0.5, 1.75, 2.8333, 3.5, 4.25]

# KB Tables 5.1 and 5.2: shares in hundredths of scores 0-5 (rows) by common-item scores 0-3 (columns).
FIVE_ITEMS_X = np.array(
    [[4, 4, 2, 0], [4, 8, 2, 1], [6, 12, 5, 2], [3, 12, 5, 5], [2, 3, 4, 6], [1, 1, 2, 6]]
)
FIVE_ITEMS_Y = np.array(
    [[4, 3, 1, 0], [7, 5, 7, 1], [3, 5, 12, 2], [3, 4, 13, 5], [2, 2, 5, 6], [1, 1, 2, 6]]
)
# ER on them. Intercept and slope for (weight of group 1, common items internal); curves by weight.
FIVE_ITEMS_LINES = {
    ("tucker", 1.0, False): (-0.120021, 0.995085),
    ("levine", 1.0, False): (-0.315840, 0.995085),
    ("levine_true", 1.0, False): (-0.306071, 0.991178),
    ("chained_linear", 1.0, False): (-0.277129, 0.995085),
    ("levine", 1.0, True): (-0.636047, 0.995085),
    ("levine_true", 1.0, True): (-0.600467, 0.980854),
    ("tucker", 0.5, False): (-0.119213, 0.995111),
    ("levine", 0.5, False): (-0.316339, 0.995037),
    ("levine", 0.5, True): (-0.638717, 0.994391),
}
FIVE_ITEMS_CURVES = {
    ("frequency_estimation", 1.0): [-0.023810, 0.825581, 1.761905, 2.922222, 3.982759, 5.000000],
    ("frequency_estimation", 0.5): [0.040541, 0.873494, 1.790698, 2.889474, 3.898305, 4.962500],
    ("chained_equipercentile", 0.5): [0.125000, 0.975000, 1.534091, 2.272727, 4.000000, 5.000000],
}

# KB Table 4.4: 1,655 and 1,638 examinees, 36 items of which 12 are common. Mean, SD, common mean, common SD, covariance.
COMMON_X = (15.8205, 6.5278, 5.1063, 2.3760, 13.4088)
COMMON_Y = (18.6728, 6.8784, 5.8626, 2.4515, 14.7603)
# ER on the pupils behind them: intercept and slope for population 1, common items internal.
COMMON_LINES = {
    "tucker": (0.53679, 1.02895),
    "levine": (0.25133, 1.01117),
    "levine_true": (0.29124, 1.00864),
    "chained_linear": (0.39368, 1.02127),
}

# KB Table 3.2: likelihood-ratio chi-square of log-linear models of degree 2-10, ACT mathematics.
ACT_CHI2_X = [445.19, 212.82, 40.80, 35.78, 30.61, 30.40, 29.94, 29.91, 29.68]
ACT_CHI2_Y = [489.47, 318.66, 61.53, 39.31, 29.45, 28.30, 27.00, 26.38, 25.92]

# ER (formula of KB, (7.12)), ACT mathematics, scores 1-20: standard errors of unsmoothed equipercentile equating.
ACT_SE = [
    *(0.8306, 0.5210, 0.8210, 0.2950, 0.1478, 0.2541, 0.1582, 0.1969, 0.1761, 0.1731),
    *(0.1952, 0.1800, 0.2311, 0.2431, 0.2138, 0.2764, 0.2617, 0.3383, 0.2826, 0.2947),
]
# ER, ACT mathematics, cubic spline with S = 0.30, scores 0, 4, 8, … 40.
ACT_SPLINE_30 = [
    *(-0.141212, 2.729092, 6.291493, 10.344036, 14.645349, 19.142536, 23.646370),
    *(27.986154, 32.139988, 36.192309, 40.063639),
]
