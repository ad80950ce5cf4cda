# Drivers: one bar per input from zero to its rank correlation; what raises the result in one colour, what lowers it in
# another.  $rows: correlation, position, colour.  THICK: half of a bar, in lines
set output OUTPUT
unset grid
set grid xtics ls 1
plot for [i=1:2] $rows using (0):($3 == i ? $2 : NaN):(0):1:($2-THICK):($2+THICK) with boxxyerror fc rgb MARK(i) fs solid noborder
unset output
