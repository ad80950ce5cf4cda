# Dumbbell: one quantity per line, one dot per scenario, and a line from the lowest to the highest.
# $ranges: lowest, position, length   $dots: value, position; one block per dot
set output OUTPUT
unset grid
set grid xtics ls 1
plot $ranges using 1:2:3:(0) with vectors nohead lc rgb AXIS lw 2.4, \
     for [i=SERIES:1:-1] $dots index i-1 using 1:2 with points pt 7 ps 1.3 lc rgb PAPER, \
     for [i=SERIES:1:-1] $dots index i-1 using 1:2 with points pt (GREY ? 4 + C(i) : 7) ps 1.05 lc rgb MARK(C(i))
unset output
