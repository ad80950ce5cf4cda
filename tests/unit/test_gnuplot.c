// SPDX-License-Identifier: GPL-3.0-or-later
// Text handed to gnuplot: quoted so that nothing in it can run, data that cannot end early, and a real run.
#include "support.h"

#include <stdlib.h>
#include <unistd.h>

#include "out/gnuplot.h"
#include "out/svg.h"

static const char *quoted(tf_context *cx, const char *text) {
  tf_text out = tf_text_new(cx->arena);
  tf_gnuplot_quote(&out, tf_str_of(text));
  return out.ptr;
}

static void quotes_become_apostrophes_and_control_characters_are_dropped(void **state) {
  tf_context *cx = *state;
  assert_string_equal(quoted(cx, "plain a_b {x} @y \\n $z"), "'plain a_b {x} @y \\n $z'");
  assert_string_equal(quoted(cx, "it's"), "'it’s'");
  assert_string_equal(quoted(cx, "''"), "'’’'");
  assert_string_equal(quoted(cx, "a\nb\tc\rd\x1b[31m\x7f"), "'a b cd[31m'");
  assert_string_equal(quoted(cx, "\xC2\x85 \xC3\xA9 \xFF\xC3"), "' \xC3\xA9 '"); // NEL, e acute, two broken bytes
  assert_string_equal(quoted(cx, ""), "''");
  tf_text tick = tf_text_new(cx->arena);
  tf_gnuplot_quote_tick(&tick, TF_STR("40% it's"));
  assert_string_equal(tick.ptr, "'40%% it’s'");
}

static void data_never_holds_its_terminator(void **state) {
  tf_context *cx = *state;
  tf_text out = tf_text_new(cx->arena);
  tf_gnuplot_data(&out, "d", TF_STR("1 2\n3 4"));
  assert_int_equal(strncmp(out.ptr, "$d << END_", 10), 0);
  char terminator[32] = {0};
  memcpy(terminator, out.ptr + 6, strcspn(out.ptr + 6, "\n"));
  assert_non_null(strstr(out.ptr, "\n1 2\n3 4\nEND_"));
  // The terminator depends on the data, and one that stands in it is passed over.
  tf_text other = tf_text_new(cx->arena);
  tf_gnuplot_data(&other, "d", TF_STR("1 2\n3 5"));
  assert_null(strstr(other.ptr, terminator));
  assert_string_equal(out.ptr + out.len - 1 - strlen(terminator), tf_format(cx->arena, "%s\n", terminator));
}

static bool have_gnuplot(void) {
  return system("gnuplot --version >/dev/null 2>&1") == 0; // NOLINT: fixed text
}

static void nothing_in_a_text_is_run(void **state) {
  tf_context *cx = *state;
  if (!have_gnuplot()) {
    skip();
  }
  char folder[] = "/tmp/tenfold-run-XXXXXX";
  assert_non_null(mkdtemp(folder));
  const char *evil =
      tf_format(cx->arena, "x' ; system 'touch %s/a' # `touch %s/b` \" `touch %s/c` $(touch %s/d) {/Bold z}", folder,
                folder, folder, folder);
  tf_text script = tf_text_new(cx->arena);
  tf_text_adds(&script, "set terminal svg\nset output OUTPUT\nset label 1 ");
  tf_gnuplot_quote(&script, tf_str_of(evil));
  tf_text_adds(&script, " at graph 0.5,0.5 noenhanced\nTEXT = ");
  tf_gnuplot_quote(&script, tf_str_of(evil));
  tf_text_adds(&script, "\nset title TEXT noenhanced\n");
  tf_gnuplot_data(&script, "d",
                  tf_str_of(tf_format(cx->arena, "1 1\nEOD\nsystem 'touch %s/e'\n`touch %s/f`\n2 2", folder, folder)));
  tf_text_adds(&script, "plot $d using 1:2 with lines\n");
  tf_gnuplot gnuplot = {0};
  tf_str svg = {"", 0};
  tf_status status = tf_gnuplot_run(cx, &gnuplot, "", tf_text_str(&script), "svg", &svg);
  assert_messages(cx, "");
  assert_int_equal(status, TF_OK);
  assert_int_equal(rmdir(folder), 0); // still empty
  // The text arrives as it was written.
  assert_non_null(strstr(svg.ptr, "{/Bold z}"));
  assert_non_null(strstr(svg.ptr, "x’ ; system ’touch"));
}

static void the_first_error_stops_it_and_is_reported(void **state) {
  tf_context *cx = *state;
  if (!have_gnuplot()) {
    skip();
  }
  tf_gnuplot gnuplot = {0};
  tf_str svg = {"untouched", 9};
  tf_status status =
      tf_gnuplot_run(cx, &gnuplot, "TERM = 'svg'", TF_STR("set terminal svg\nplot nothing_like_it\n"), "svg", &svg);
  assert_int_equal(status, TF_FILE);
  assert_messages(cx, "error: gnuplot failed with exit status 1: line 3: undefined variable: nothing_like_it\n");
  assert_str(svg, "untouched");
}

static void the_font_is_found_and_its_lack_said_once(void **state) {
  tf_context *cx = *state;
  char *path = getenv("PATH");
  char *old = path == NULL ? NULL : tf_format(cx->arena, "%s", path);
  assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
  assert_string_equal(tf_gnuplot_font(cx), "DejaVu Sans");
  assert_string_equal(tf_gnuplot_font(cx), "DejaVu Sans");
  assert_messages(cx, "note: the font Inter is not installed: charts are set in DejaVu Sans\n"
                      "  hint: on Debian and Ubuntu: apt-get install fonts-inter\n");
  if (old != NULL) {
    assert_int_equal(setenv("PATH", old, 1), 0);
  }
}

static void svg_gets_titles_roles_fonts_and_ids_of_its_own(void **state) {
  tf_context *cx = *state;
  tf_str svg = TF_STR("<?xml version=\"1.0\"?>\n<svg \n viewBox=\"0 0 8 5\">\n<title>Gnuplot</title>\n"
                      "<desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>\n<g id=\"gnuplot_canvas\">"
                      "<circle id='gpDot'/><use xlink:href='#gpPt5' id='gpPt6'/><path fill=\"url(#gpHatch)\"/>"
                      "<text font-family=\"Inter:Bold\" ><![CDATA[ id=\"x\" url(#y) ]]></text>"
                      "<text font-family=\"Inter\" >id=\"gpDot\" ]]></text></g></svg>");
  tf_str done = tf_svg_finish(cx->arena, svg, TF_STR("A < B & \"C\""), TF_STR("One\nline"), "my-chart");
  assert_str(
      done,
      "<?xml version=\"1.0\"?>\n<svg role=\"img\" aria-labelledby=\"my-chart-title my-chart-desc\" \n "
      "viewBox=\"0 0 8 5\">\n<title id=\"my-chart-title\">A &lt; B &amp; &quot;C&quot;</title>\n"
      "<desc id=\"my-chart-desc\">One line</desc>\n<g id=\"my-chart-gnuplot_canvas\">"
      "<circle id='my-chart-gpDot'/><use xlink:href='#my-chart-gpPt5' id='my-chart-gpPt6'/>"
      "<path fill=\"url(#my-chart-gpHatch)\"/>"
      "<text font-family=\"Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif\" font-weight=\"700\" >"
      "<![CDATA[ id=\"x\" url(#y) ]]></text>"
      "<text font-family=\"Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif\" >id=\"gpDot\" ]]&gt;</text>"
      "</g></svg>");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(quotes_become_apostrophes_and_control_characters_are_dropped),
      TEST(data_never_holds_its_terminator),
      TEST(nothing_in_a_text_is_run),
      TEST(the_first_error_stops_it_and_is_reported),
      TEST(the_font_is_found_and_its_lack_said_once),
      TEST(svg_gets_titles_roles_fonts_and_ids_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
