# Histogram: one panel per value, one above the other on a common axis; bars inside the 90 % of outcomes have the full colour, the
# median is a line.  $bars: left, right, bottom, top, inside; one block per panel   $medians: x, bottom, height, ends
set output OUTPUT
plot for [i=1:SERIES] $bars index i-1 using 1:3:1:2:3:($5 == 0 ? $4 : $3) with boxxyerror fc rgb MARK(C(i)) fs transparent solid 0.4 border lc rgb PAPER lw 0.5, \
     for [i=1:SERIES] $bars index i-1 using 1:3:1:2:3:($5 == 1 ? $4 : $3) with boxxyerror fc rgb MARK(C(i)) fs solid 0.95 border lc rgb PAPER lw 0.5, \
     for [i=1:SERIES] $medians index i-1 using 1:2:(0):3 with vectors nohead lc rgb PAPER lw (SERIES > 1 ? 2 : 0.1), \
     for [i=1:SERIES] $medians index i-1 using 4:2:($5-$4):(0) with vectors nohead lc rgb AXIS lw 1.2
unset output
