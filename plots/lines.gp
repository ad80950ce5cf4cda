# Lines: one per scenario or quantity, the first on top and heaviest; what all of them share as history is drawn once.
# $bands: x, 5 %, 95 % per block   $lines: x, value per block   $reported: the same, only reported points
# $last: the ends   $history: x, value.  BANDS says how many of the series show the band of 90 % of outcomes.
WIDTH(i) = SERIES > 14 ? (C(i) == 1 ? 2.8 : 0.9) : (C(i) == 1 ? 3.0 : 2.2)
set output OUTPUT
plot for [i=1:(BANDS > 0 ? BANDS : 1)] $bands index i-1 using 1:2:3 with filledcurves fc rgb MARK(C(i)) fs transparent solid 0.14 noborder, \
     $history using 1:2 with linespoints lc rgb MUTED lw 2.2 pt 7 ps HISTORY_POINTS, \
     for [i=SERIES:1:-1] $lines index i-1 using 1:2 with lines lc rgb MARK(C(i)) lw WIDTH(i) dt DASH(i), \
     for [i=SERIES:1:-1] $reported index i-1 using 1:2 with points pt 7 ps HISTORY_POINTS lc rgb MARK(C(i)), \
     for [i=SERIES:1:-1] $last index i-1 using 1:2 with points pt 7 ps (SERIES > 14 && C(i) != 1 ? 0.2 : 0.65) lc rgb MARK(C(i))
unset output
