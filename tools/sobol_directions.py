"""Write the direction numbers of the first Sobol' sequences, which SciPy carries.

Run by hand; ``tests/laws/test_sampling.py`` checks the points that come of them against SciPy's.

The package keeps them in a small file of its own since importing ``scipy.stats`` takes longer than
a whole forecast. They are those of S. Joe and F. Y. Kuo (2008), "Constructing Sobol' sequences with
better two-dimensional projections", SIAM J. Sci. Comput. 30, 2635-2654.
"""

from pathlib import Path

import numpy as np
from scipy.stats import qmc

DIMENSIONS, BITS = 64 + 1024, 32
TARGET = Path(__file__).parent.parent / "bioanchors" / "sampling" / "sobol_directions.npy"

if __name__ == "__main__":
    directions = qmc.Sobol(DIMENSIONS, scramble=False, bits=BITS)._sv
    np.save(TARGET, directions.astype(np.uint32))
    print(f"wrote {TARGET.name}: {directions.shape}")
