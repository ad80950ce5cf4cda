// SPDX-License-Identifier: GPL-3.0-or-later
// Sobol' points with the direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
// two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635-2654 (their set new-joe-kuo-6), in natural order:
// bit k of the point's number (from the lowest) selects direction k.
//
// Scrambling: linear matrix scrambling and digital shift of J. Matousek, "On the L2-discrepancy for anchored boxes",
// J. Complexity 14 (1998) 527-556, over 52 binary digits: each digit becomes itself plus a random combination of the
// more significant ones, then a random digit is added. Points of a scrambled sequence are uniform and keep their net.
#ifndef TF_ENGINE_SOBOL_H
#define TF_ENGINE_SOBOL_H

#include <stdint.h>

enum { TF_SOBOL_BITS = 52 };

// Direction numbers of a dimension (0-based, below TF_SOBOL_DIMENSIONS): directions[k] is the binary fraction added by
// bit k of the point's number, in units of 2^-52.
void tf_sobol_directions(uint32_t dimension, uint64_t directions[static TF_SOBOL_BITS]);

// Scrambles the first `count` <= TF_SOBOL_BITS directions in place, and gives the shift; all randomness is a function
// of (seed, name, replicate), and that of a direction does not depend on `count`.
void tf_sobol_scramble(uint64_t seed, uint64_t name, uint32_t replicate, uint32_t count, uint64_t *directions,
                       uint64_t *shift);

// Generated data (tests/bench/generate_sobol.py): the primitive polynomial of each dimension with all its coefficients
// as bits, and the first direction integers m_1 .. m_degree of dimensions 1, 2, ... one after the other.
extern const uint16_t tf_sobol_polynomials[];
extern const uint16_t tf_sobol_initial[];

#endif
