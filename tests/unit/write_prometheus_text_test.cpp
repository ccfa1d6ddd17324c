#define CAF_SUITE write_prometheus_text

#include "app/export/write_prometheus_text.hpp"

#include <limits>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a counter is named by the rules of each form) {
  const auto written = [](exposition_format format) {
    exposition out{format};
    out.family("pmactor_slept_seconds", metric_type::counter, "seconds", "Time asleep.");
    out.sample({{"kind", "a"}}, 2.5);
    return out.finish();
  };
  CAF_CHECK_EQUAL(written(exposition_format::openmetrics),
                  "# HELP pmactor_slept_seconds Time asleep.\n# TYPE pmactor_slept_seconds counter\n"
                  "# UNIT pmactor_slept_seconds seconds\npmactor_slept_seconds_total{kind=\"a\"} 2.5\n# EOF\n");
  CAF_CHECK_EQUAL(written(exposition_format::prometheus),
                  "# HELP pmactor_slept_seconds_total Time asleep.\n# TYPE pmactor_slept_seconds_total counter\n"
                  "pmactor_slept_seconds_total{kind=\"a\"} 2.5\n");
}

CAF_TEST(a histogram adds its counts up and names the event behind one) {
  exposition out{exposition_format::openmetrics};
  out.family("x_seconds", metric_type::histogram, "seconds", "X.");
  out.histogram({}, {0.5, 1}, {1, 0, 2}, 9.5, {metric_exemplar{{{"event_id", "7"}}, 0.25, 100.5}});
  const auto text = out.finish();
  CAF_CHECK(text.find("x_seconds_bucket{le=\"0.5\"} 1 # {event_id=\"7\"} 0.25 100.500\n") != text.npos);
  CAF_CHECK(text.find("x_seconds_bucket{le=\"1.0\"} 1\n") != text.npos);
  CAF_CHECK(text.find("x_seconds_bucket{le=\"+Inf\"} 3\nx_seconds_count 3\nx_seconds_sum 9.5\n") != text.npos);
}

CAF_TEST(the older form has neither exemplars nor an end) {
  exposition out{exposition_format::prometheus};
  out.family("x_seconds", metric_type::histogram, "seconds", "X.");
  out.histogram({}, {1}, {1, 0}, 1, {metric_exemplar{{{"event_id", "7"}}, 1, 1}});
  const auto text = out.finish();
  CAF_CHECK_EQUAL(text.find("event_id"), text.npos);
  CAF_CHECK_EQUAL(text.find("EOF"), text.npos);
  CAF_CHECK(text.find("le=\"1\"} 1\n") != text.npos);
}

CAF_TEST(a label holds any text in one line) {
  exposition out{exposition_format::prometheus};
  out.family("x", metric_type::gauge, "", "X.");
  out.sample({{"name", "a\"b\\c\nd\x01\xff"}}, 1);
  CAF_CHECK(out.finish().find("x{name=\"a\\\"b\\\\c\\nd\\\\x01\xef\xbf\xbd\"} 1\n") != std::string::npos);
}

CAF_TEST(a number is written so that it is read as the same) {
  CAF_CHECK_EQUAL(metric_number(0.1), "0.1");
  CAF_CHECK_EQUAL(metric_number(1795252327.125), "1795252327.125");
  CAF_CHECK_EQUAL(metric_number(std::numeric_limits<double>::infinity()), "+Inf");
  CAF_CHECK_EQUAL(std::stod(metric_number(1.0 / 3)), 1.0 / 3);
}

CAF_TEST(a client gets the form that it asks for) {
  CAF_CHECK(format_for("application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5")
            == exposition_format::openmetrics);
  CAF_CHECK(format_for("text/html") == exposition_format::prometheus);
  CAF_CHECK(format_for("") == exposition_format::prometheus);
}
