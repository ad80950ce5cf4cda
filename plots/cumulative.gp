# Cumulative distribution and exceedance: one curve per value, quantiles as dots where there is one curve.
# $curves: value, probability; one block per curve   $quantiles: the same
# $medians: the same of each of several curves
set output OUTPUT
set grid xtics ytics ls 1
plot for [i=SERIES:1:-1] $curves index i-1 using 1:2 with lines lc rgb MARK(C(i)) lw (i == 1 ? 3.0 : 2.2) dt DASH(i), \
     for [i=SERIES:1:-1] $medians index i-1 using 1:2 with points pt 7 ps (SERIES > 1 ? 0.95 : 0) lc rgb MARK(C(i)), \
     $quantiles using 1:2 with points pt 7 ps 1.3 lc rgb PAPER, \
     $quantiles using 1:2 with points pt 7 ps 0.95 lc rgb MARK(C(1))
unset output
