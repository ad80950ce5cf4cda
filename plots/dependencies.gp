# Dependencies: boxes in layers, joined by curves. Places are points of the page.
# $edges: x, y; curves parted by a blank line   $boxes: middle, left, right, top, bottom, kind (1 result, 2 computed,
# 3 input)
set output OUTPUT
plot $edges using 1:2 with lines lc rgb AXIS lw 1.1, \
     $boxes using 1:($7 == 1 ? $2 : NaN):3:4:5:6 with boxxyerror fc rgb WORD(1) fs solid border lc rgb WORD(1) lw 1.2, \
     $boxes using 1:($7 == 2 ? $2 : NaN):3:4:5:6 with boxxyerror fc rgb GRID fs solid border lc rgb AXIS lw 1, \
     $boxes using 1:($7 == 3 ? $2 : NaN):3:4:5:6 with boxxyerror fc rgb PAPER fs solid border lc rgb AXIS lw 1 dt (3,2)
unset output
