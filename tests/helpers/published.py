"""Published figures of the 2020 biological-anchors model.

Sources: the year table stands in the statistics module of the public repository
epoch-research/ftm (MIT), the requirement table in the history of its website's report; both are
Monte Carlo output of the 2020 model (A. Cotra, "Forecasting TAI with biological anchors", draft of
July 2020) and carry its noise of a little under 0.001.
"""

# Probability by year: best guess, spreadsheet edition. Rounded to 0.0001.
BY_YEAR: dict[int, float] = {
    2024: 0.0200,
    2025: 0.0262,
    2026: 0.0333,
    2027: 0.0420,
    2028: 0.0523,
    2029: 0.0640,
    2030: 0.0772,
    2031: 0.0913,
    2032: 0.1064,
    2033: 0.1226,
    2034: 0.1398,
    2035: 0.1578,
    2036: 0.1769,
    2037: 0.1966,
    2038: 0.2168,
    2039: 0.2378,
    2040: 0.2590,
    2041: 0.2806,
    2042: 0.3024,
    2043: 0.3237,
    2044: 0.3448,
    2045: 0.3653,
    2046: 0.3852,
    2047: 0.4041,
    2048: 0.4227,
    2049: 0.4401,
    2050: 0.4568,
    2051: 0.4724,
    2052: 0.4873,
    2053: 0.5014,
    2054: 0.5151,
    2055: 0.5280,
    2056: 0.5404,
    2057: 0.5523,
    2058: 0.5640,
    2059: 0.5750,
    2060: 0.5853,
    2061: 0.5960,
    2062: 0.6060,
    2063: 0.6156,
    2064: 0.6252,
    2065: 0.6348,
    2066: 0.6437,
    2067: 0.6524,
    2068: 0.6610,
    2069: 0.6696,
    2070: 0.6774,
    2071: 0.6852,
    2072: 0.6928,
    2073: 0.7000,
    2074: 0.7066,
    2075: 0.7132,
    2076: 0.7192,
    2077: 0.7247,
    2078: 0.7293,
    2079: 0.7339,
    2080: 0.7381,
    2081: 0.7418,
    2082: 0.7450,
    2083: 0.7480,
    2084: 0.7504,
    2085: 0.7527,
    2086: 0.7546,
    2087: 0.7566,
    2088: 0.7586,
    2089: 0.7602,
    2090: 0.7617,
    2091: 0.7634,
    2092: 0.7648,
    2093: 0.7663,
    2094: 0.7679,
    2095: 0.7695,
    2096: 0.7710,
    2097: 0.7722,
    2098: 0.7738,
    2099: 0.7753,
    2100: 0.7765,
}

# Probability that 10^x FLOP are enough with 2020 algorithms: best-guess weights, topping at 0.90.
BY_LOG10_FLOP: dict[float, float] = {
    24: 0.00109,
    25: 0.0059,
    26: 0.0162,
    27: 0.0347,
    28: 0.0638,
    29: 0.1024,
    30: 0.1484,
    31: 0.2010,
    32: 0.2595,
    33: 0.3225,
    34: 0.3878,
    35: 0.4539,
    36: 0.5173,
    38: 0.6319,
    40: 0.7239,
    42: 0.7953,
    45: 0.8632,
    50: 0.8966,
    55: 0.8998,
}

# log10 FLOP that the largest run can buy, by year: spreadsheet edition. Computed from the 2020
# parameters, not printed in the report.
AFFORDABLE_LOG10_FLOP: dict[int, float] = {
    2025: 26.600,
    2030: 27.800,
    2036: 29.225,
    2040: 30.148,
    2050: 32.148,
    2060: 33.637,
    2075: 35.505,
    2100: 36.354,
}

# Aggressive edition, p. 135-136 of the report: probability by year, and the median year.
AGGRESSIVE_BY_YEAR: dict[int, float] = {2036: 0.50, 2100: 0.96}
AGGRESSIVE_MEDIAN_YEAR = 2036

# Mass that the low-end update removes, as the report puts it: about 30 % of lifetime, about 10 %
# of short horizon, under 5 % of the others.
SHARE_REMOVED: dict[str, float] = {"lifetime": 0.30, "short": 0.10}
SHARE_REMOVED_OTHERS_BELOW = 0.05
