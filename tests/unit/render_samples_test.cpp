#define CAF_SUITE render_samples

#include "app/views/render_samples.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
using column = sample_column;

namespace {

sample_row row_of(double time, double stress, double cpu) {
  sample_row result;
  result.id = 7;
  result[column::timestamp] = time;
  result[column::interval] = 1;
  result[column::cpu_pct] = cpu;
  result[column::stress_total] = stress;
  return result;
}

struct fixture {
  fixture() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
};

std::string time_of(double unix_seconds) {
  time_writer times;
  std::string text;
  times.append(text, unix_seconds);
  return text;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(times are local and right over a minute and a change of zone) {
  time_writer times;
  std::string text;
  for (const double x : {1768896535.0, 1768896536.9, 1768896540.0, 1774745999.0, 1774746000.0})
    times.append(text += ' ', x);
  CAF_CHECK_EQUAL(text, " 2026-01-20 09:08:55 2026-01-20 09:08:56 2026-01-20 09:09:00"
                        " 2026-03-29 01:59:59 2026-03-29 03:00:00");
}

CAF_TEST(a time that cannot be is shown as such) {
  for (const double x : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()})
    CAF_CHECK_EQUAL(time_of(x), std::string(19, '?'));
}

CAF_TEST(a line of the table has the width of its head and fits a terminal) {
  auto row = row_of(1768896535, 12.4, 34.56);
  row[column::load_avg] = 3.4;
  row[column::mem_available] = 7.3e9;
  row[column::mem_total] = 10e9;
  row[column::io_read] = 12.3e6;
  row[column::io_write] = 999;
  time_writer times;
  std::string text;
  append_table_row(text, row, times, false);
  CAF_CHECK_EQUAL(
    text, "2026-01-20 09:08:55    12 .    34.6   3.40      73     12M    999B      -      -\n");
  const auto head = table_head(false);
  CAF_CHECK_EQUAL(head.find('\n') + 1, text.size());
  CAF_CHECK(text.size() <= 81);
}

CAF_TEST(numbers that no machine has break nothing) {
  auto row = row_of(1768896535, 1e300, -1e300);
  row[column::io_read] = 1e300;
  row[column::mem_available] = 1;
  row[column::mem_total] = 0;
  time_writer times;
  std::string text;
  append_table_row(text, row, times, true);
  append_csv_row(text, row);
  append_json_row(text, row, nullptr);
  CAF_CHECK(text.size() < 4096);
}

CAF_TEST(CSV and JSON hold what the row holds) {
  const auto row = row_of(1768896535.25, 12, 0.1);
  std::string csv;
  append_csv_row(csv, row);
  CAF_CHECK_EQUAL(csv, "7,1768896535.25,1,0.1,,,,,,,,,,,,,,,,,,12,,,,,,,,,,,,\n");
  CAF_CHECK_EQUAL(std::count(csv.begin(), csv.end(), ','), 33);
  const auto head = csv_head();
  CAF_CHECK_EQUAL(std::count(head.begin(), head.end(), ','), 33);
  process_sample process;
  process.pid = 42;
  process.name = "a\"b\n\xff";
  const std::vector<process_sample> processes{process};
  std::string json;
  append_json_row(json, row, &processes);
  const auto parsed = nlohmann::json::parse(json);
  CAF_CHECK_EQUAL(parsed["timestamp"].get<double>(), 1768896535.25);
  CAF_CHECK(parsed["timestamp_iso"].get<std::string>().starts_with("2026-01-20T"));
  CAF_CHECK(parsed["load_avg"].is_null());
  CAF_CHECK_EQUAL(parsed["processes"][0]["pid"].get<int>(), 42);
}

CAF_TEST(a row of the table is painted by its stress on a terminal alone) {
  const auto line = [](double stress, bool colour) {
    sample_row row;
    row[column::timestamp] = 1768896535;
    row[column::stress_total] = stress;
    text_style style;
    style.colour = colour;
    time_writer times;
    std::string text;
    append_table_row(text, row, times, style);
    return text;
  };
  CAF_CHECK(line(70, true).starts_with("\x1b[31m"));
  CAF_CHECK(line(40, true).starts_with("\x1b[33m"));
  CAF_CHECK_EQUAL(line(10, true), line(10, false));
  CAF_CHECK(line(70, false).find('\x1b') == std::string::npos);
  CAF_CHECK(line(70, true).ends_with("\x1b[0m\n"));
}

CAF_TEST(the name of a process cannot move the cursor) {
  process_sample process;
  process.name = "\x1b[2Jevil";
  std::string text;
  append_process_line(text, process, {});
  CAF_CHECK_EQUAL(text, "    \\x1b[2Jevil (0)\n");
}

CAF_TEST(what a process is called makes no suspect of it unless it does something) {
  process_sample quiet;
  quiet.name = "kcompactd0";
  quiet.is_suspect = true;
  quiet.cpu_pct = 0;
  auto busy = quiet, writes = quiet, plain = quiet;
  busy.cpu_pct = 95;
  writes.io_write = 3e8;
  plain.cpu_pct = 95;
  plain.is_suspect = false;
  const auto is_marked = [](const process_sample& x) {
    std::string text;
    append_process_line(text, x, text_style{});
    return text.find("suspect") != text.npos;
  };
  CAF_CHECK(!is_marked(quiet));
  CAF_CHECK(is_marked(busy));
  CAF_CHECK(is_marked(writes));
  CAF_CHECK(!is_marked(plain));
}

CAF_TEST(the table has the columns that fit and no half of one) {
  auto row = row_of(1768896535, 12.4, 34.56);
  row[column::load_avg] = 3.4;
  for (std::size_t width = 20; width <= 120; ++width) {
    text_style style;
    style.unicode = false;
    style.width = width;
    time_writer times;
    std::string text;
    append_table_row(text, row, times, style);
    const auto head = table_head(style);
    CAF_CHECK_EQUAL(head.find('\n') + 1, text.size());
    CAF_CHECK(text.size() - 1 <= std::max<std::size_t>(width, 27));
    CAF_CHECK_EQUAL(text.find("3.40") != text.npos, width >= 42);
    CAF_CHECK_EQUAL(head.find("gpu") != head.npos, width >= 80);
  }
}

CAF_TEST(a line on a process fits the terminal and keeps its number) {
  process_sample process;
  process.pid = 1234567;
  process.name = "chromium-browser-with-a-long-name";
  process.cpu_pct = 1234.5;
  process.mem_bytes = 1.2e9;
  process.io_read = 0;
  process.io_write = 123.4e6;
  process.is_suspect = true;
  for (const std::size_t width : {40u, 60u, 80u, 100u, 120u}) {
    text_style style;
    style.width = width;
    style.is_cut = true;
    std::string text;
    append_process_line(text, process, style);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      CAF_CHECK(width_of(line) <= width);
    for (const auto* part : {"(1234567)", "cpu 1234.5 %", "mem  1.2G", "read    0B/s", "write  123M/s", "suspect"})
      CAF_CHECK(text.find(part) != text.npos);
  }
  process.name = "init";
  process.pid = 1;
  process.cpu_pct = 0.5;
  process.is_suspect = false;
  text_style style;
  style.is_cut = true;
  std::string text;
  append_process_line(text, process, style);
  CAF_CHECK_EQUAL(text, "    init (1)                 cpu   0.5 %  mem  1.2G  read    0B/s  write  123M/s\n");
}

CAF_TEST(processes that have ended are named as such) {
  process_sample process;
  process.pid = -1;
  process.name = "DEAD_TASKS";
  process.cpu_pct = 42;
  text_style style;
  style.is_cut = true;
  std::string text;
  append_process_line(text, process, style);
  CAF_CHECK(text.starts_with("    (processes that have ended)  "));
  CAF_CHECK(text.find("-1") == text.npos);
  CAF_CHECK(text.find("cpu  42.0 %") != text.npos);
  CAF_CHECK_EQUAL(text.find('\n') + 1, text.size());
}

CAF_TEST(steps lie on local hours and days also where the zone is off by half an hour or changes) {
  const auto begins = [](const char* zone, double step, std::vector<double> times) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    step_summary summary{step};
    std::string result;
    const auto note = [&result](const std::optional<sample_row>& done) {
      if (done)
        result += time_of((*done)[column::timestamp].value_or(-1)) + ' ';
    };
    for (const auto time : times)
      note(summary.add(row_of(time, 1, 1)));
    note(summary.finish());
    return result;
  };
  CAF_CHECK_EQUAL(begins("IST-5:30", 3600, {1768780800, 1768782600, 1768784400}),
                  "2026-01-19 05:00:00 2026-01-19 06:00:00 ");
  CAF_CHECK_EQUAL(begins("JST-9", 86400, {1768780800, 1768834800, 1768838400}),
                  "2026-01-19 00:00:00 2026-01-20 00:00:00 ");
  // Clocks are put forward on 29 March at 2, and back on 25 October at 3.
  const char* berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  CAF_CHECK_EQUAL(begins(berlin, 86400, {1774742400, 1774746000, 1774819800, 1774821600}),
                  "2026-03-29 00:00:00 2026-03-30 00:00:00 ");
  CAF_CHECK_EQUAL(begins(berlin, 86400, {1774746000}), "2026-03-29 00:00:00 ");
  CAF_CHECK_EQUAL(begins(berlin, 3600, {1792886400, 1792890000, 1792893600}),
                  "2026-10-25 02:00:00 2026-10-25 02:00:00 2026-10-25 03:00:00 ");
}

CAF_TEST(a step has the means and the worst stress of its samples) {
  step_summary summary{60};
  CAF_CHECK(!summary.add(row_of(600, 10, 20)));
  CAF_CHECK(!summary.add(row_of(630, 50, 40)));
  auto absent = row_of(659.9, 20, 0);
  absent[column::cpu_pct].reset();
  CAF_CHECK(!summary.add(absent));
  const auto first = summary.add(row_of(660, 1, 2));
  CAF_REQUIRE(first.has_value());
  CAF_CHECK_EQUAL(*(*first)[column::timestamp], 600);
  CAF_CHECK_EQUAL(*(*first)[column::cpu_pct], 30); // of those that have one
  CAF_CHECK_EQUAL(*(*first)[column::stress_total], 50);
  CAF_CHECK_EQUAL(*(*first)[column::interval], 60);
  const auto last = summary.finish();
  CAF_REQUIRE(last.has_value());
  CAF_CHECK_EQUAL(*(*last)[column::timestamp], 660);
  CAF_CHECK_EQUAL(*(*last)[column::cpu_pct], 2);
  CAF_CHECK(!summary.finish());
}

CAF_TEST(a step has the most lateness of its samples) {
  step_summary summary{60};
  auto late = row_of(600, 10, 20);
  late[column::late_beat] = 0.8;
  summary.add(late);
  late = row_of(630, 50, 40); // the worst by its stress
  late[column::late_beat] = 0.001;
  late[column::late_disk] = 0.02;
  summary.add(late);
  const auto first = summary.add(row_of(660, 1, 2));
  CAF_REQUIRE(first.has_value());
  CAF_CHECK_EQUAL((*first)[column::late_beat].value_or(-1), 0.8);
  CAF_CHECK_EQUAL((*first)[column::late_disk].value_or(-1), 0.02);
  CAF_CHECK(!(*first)[column::late_cpu]);
  CAF_CHECK(!(*summary.finish())[column::late_beat]);
}

CAF_TEST(what was late is said below a sample where it is known) {
  auto row = row_of(600, 10, 20);
  std::string text;
  append_late_line(text, row, {});
  CAF_CHECK(text.empty());
  row[column::late_beat] = 0.00025;
  row[column::late_disk] = 3.2;
  text_style ascii;
  ascii.unicode = false;
  append_late_line(text, row, ascii);
  CAF_CHECK_EQUAL(text, "    late: beat 250 us, disk 3.20 s\n");
}

CAF_TEST(the line draws the worst of each column) {
  stress_line line{0, 100, 4};
  line.add(row_of(0, 0, 0));
  line.add(row_of(10, 100, 0));
  line.add(row_of(60, 1, 0));
  line.add(row_of(100, 99, 0));
  line.add(row_of(101, 100, 0)); // beyond
  CAF_CHECK_EQUAL(line.drawn(false), "# .#");
  CAF_CHECK_EQUAL(line.drawn(true), "█ ▁█");
}

CAF_TEST_FIXTURE_SCOPE_END()
