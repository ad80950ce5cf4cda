# Bars: one quantity without periods per line; a dot at the centre, a thick line over 50 % and a thin one over 90 % of
# outcomes. The dot has a hollow centre, so that it shows on the thick line however short that is.
# $rows: value, 5 %, 25 %, 75 %, 95 %, position; one block per colour
set output OUTPUT
unset grid
set grid xtics ls 1
plot for [i=1:SERIES] $rows index i-1 using 2:6:($5-$2):(0) with vectors nohead lc rgb MARK(C(i)) lw 1.6, \
     for [i=1:SERIES] $rows index i-1 using 3:6:($4-$3):(0) with vectors nohead lc rgb MARK(C(i)) lw THICK, \
     for [i=1:SERIES] $rows index i-1 using 1:6 with points pt 7 ps 1.15 lc rgb MARK(C(i)), \
     for [i=1:SERIES] $rows index i-1 using 1:6 with points pt 7 ps 0.5 lc rgb PAPER
unset output
