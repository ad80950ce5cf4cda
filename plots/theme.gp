# The look of every chart: sizes, colours, fonts. Loaded first; a chart's script carries a copy of this file.
# Set before, or left at these values: TERM svg, png, pdf or dumb; DARK 0 or 1; GREY 1 for shades instead of colours;
# W x H in points of the page, of which there are 100 to the inch; DPI of png; FONT; OUTPUT, the file to write.
if (!exists("TERM")) TERM = 'svg'
if (!exists("DARK")) DARK = 0
if (!exists("GREY")) GREY = 0
if (!exists("DPI")) DPI = 200
if (!exists("W")) W = 800
if (!exists("H")) H = 500
if (!exists("FONT")) FONT = 'Inter'
if (!exists("OUTPUT")) OUTPUT = NAME.'.'.(TERM eq 'dumb' ? 'txt' : TERM)
if (!exists("COLUMNS")) COLUMNS = 96
if (!exists("ROWS")) ROWS = 30

# Page, text and rules.
PAPER = DARK ? '#14191F' : '#FFFFFF'
INK   = DARK ? '#E8ECEF' : '#1B2733'
MUTED = DARK ? '#A3AEB8' : '#5C6A76'
AXIS  = DARK ? '#5C6A76' : '#9AA5AE'
GRID  = DARK ? '#2C353E' : '#E4E8EB'

# Marks: the colours of Okabe and Ito, lightened for dark paper; grey is for the rest. MARK(1) is the main series.
MARKS = DARK ? '#3FA0DE #F0761F #1FB58A #CC79A7 #E69F00 #9AD1F5 #8A949C' \
             : '#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #8A949C'
# The same hues as text: at least 4.5 to 1 against the paper.
WORDS = DARK ? '#4BA6DE #FF8A3D #2FC79B #E6A5CB #F5BE4A #8CCDF2 #A3AEB8' \
             : '#00629A #B84F00 #00795A #A2477D #8A5F00 #226F9E #5C6A76'
if (GREY) {
  MARKS = DARK ? '#F2F4F6 #A9B2BA #7C868F #D3D9DE #646E77 #8E98A1 #56606A' : '#1B2733 #6E7983 #A3ACB4 #414D58 #C2C9CF #8A949C #D3D8DC'
  WORDS = DARK ? '#F2F4F6 #C4CBD1 #A9B2BA #D3D9DE #A3AEB8 #B7C0C8 #A3AEB8' : '#1B2733 #4D5863 #5C6A76 #313D48 #66717B #56616C #6B7680'
}
# Text upon the marks.
ON_MARKS = DARK ? '#14191F #14191F #14191F #14191F #14191F #14191F #14191F' : '#FFFFFF #FFFFFF #FFFFFF #1B2733 #1B2733 #1B2733 #1B2733'
if (GREY && !DARK) ON_MARKS = '#FFFFFF #FFFFFF #1B2733 #FFFFFF #1B2733 #1B2733 #1B2733'
ON_MARK(i) = word(ON_MARKS, i > 7 ? 7 : i)
# The colour of series i, from the list that the chart gives; dashes tell shades apart.
C(i) = int(word(COLOURS, i))
DASH(i) = GREY ? ((i - 1) % 5 + 1) : 1
MARK(i) = word(MARKS, i > 7 ? 7 : i)
WORD(i) = word(WORDS, i > 7 ? 7 : i)

# One page of 800 x 500 in every format: SVG counts in pixels, the others in points, hence the font scales.
if (TERM eq 'svg') set terminal svg size W,H dynamic background rgb PAPER font FONT.',11' fontscale 1.3333 butt
if (TERM eq 'png') set terminal pngcairo size W*DPI/100.0,H*DPI/100.0 background rgb PAPER font FONT.',11' fontscale DPI/100.0 linewidth DPI/100.0 pointscale DPI/100.0 butt
if (TERM eq 'pdf') set terminal pdfcairo size W/100.0 in,H/100.0 in background rgb PAPER font FONT.',11' fontscale 0.72 linewidth 1.7 pointscale 1.05 butt
if (TERM eq 'dumb') set terminal dumb mono size COLUMNS,ROWS

set encoding utf8
set border 0
set style line 1 lc rgb GRID lw 0.8 dt 1
set grid ytics ls 1
set tics nomirror scale 0 textcolor rgb MUTED font FONT.',10.5'
if (TERM eq 'dumb') { unset grid; set border 3 }
set xtics offset 0,0.1 norangelimit
set ytics norangelimit
unset key
set style fill solid 1.0 noborder
