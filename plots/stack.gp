# Stack: parts of a whole, the largest at the bottom; areas over periods or one column per scenario, parted by thin lines
# of paper.  $parts: place, bottom, top; one block per part
set output OUTPUT
if (AREAS) plot for [i=1:SERIES] $parts index i-1 using 1:2:3 with filledcurves fc rgb MARK(C(i)) fs solid noborder, \
     for [i=1:SERIES] $parts index i-1 using 1:3 with lines lc rgb PAPER lw 1.2
if (!AREAS) plot for [i=1:SERIES] $parts index i-1 using 1:2:($1-0.31):($1+0.31):2:3 with boxxyerror fc rgb MARK(C(i)) fs solid border lc rgb PAPER lw 1
unset output
