# Fan: what was reported as points and line in ink; from there the median with the bands of 50 % and 90 % of outcomes.
# $bands: x, 5 %, 25 %, 75 %, 95 %   $median: x, value   $last: the end of the median   $history: x, value
set output OUTPUT
plot $bands using 1:2:5 with filledcurves fc rgb MARK(1) fs transparent solid 0.16 noborder, \
     $bands using 1:3:4 with filledcurves fc rgb MARK(1) fs transparent solid 0.32 noborder, \
     $median using 1:2 with lines lc rgb MARK(1) lw 2.4, \
     $last using 1:2 with points pt 7 ps 0.75 lc rgb MARK(1), \
     $history using 1:2 with linespoints lc rgb INK lw 2.2 pt 7 ps HISTORY_POINTS
unset output
