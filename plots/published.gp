# Published: one value per line, how far the computed one is off in percent; the band is 10 % either way.
# $rows: percent, position, colour (1 inside the band, 2 outside)
set output OUTPUT
unset grid
set grid xtics ls 1
set object 1 rectangle from first -10, graph 0 to first 10, graph 1 fc rgb GRID fs solid 0.6 noborder behind
plot for [i=1:2] $rows using (0):($3 == i ? $2 : NaN):1:(0) with vectors nohead lc rgb MARK(i) lw 1.6, \
     for [i=1:2] $rows using 1:($3 == i ? $2 : NaN) with points pt 7 ps 1.05 lc rgb MARK(i)
unset output
