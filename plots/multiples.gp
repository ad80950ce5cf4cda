# Small multiples: one panel per series on common scales. Places are points of the page.
# $rules: x, y, width, is zero   $bands: x, 5 %, 25 %, 75 %, 95 % per panel   $lines: x, y per panel
# $reported: what was observed
set output OUTPUT
plot $rules using 1:($4 == 0 ? $2 : NaN):3:(0) with vectors nohead lc rgb GRID lw 0.8, \
     $rules using 1:($4 == 1 ? $2 : NaN):3:(0) with vectors nohead lc rgb AXIS lw 1, \
     for [i=1:SERIES] $bands index i-1 using 1:2:5 with filledcurves fc rgb MARK(C(i)) fs transparent solid 0.16 noborder, \
     for [i=1:SERIES] $bands index i-1 using 1:3:4 with filledcurves fc rgb MARK(C(i)) fs transparent solid 0.32 noborder, \
     for [i=1:SERIES] $lines index i-1 using 1:2 with lines lc rgb MARK(C(i)) lw 2.2, \
     $reported using 1:2 with lines lc rgb INK lw 2
unset output
