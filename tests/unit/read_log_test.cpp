#define CAF_SUITE read_log

#include "app/instance/log_file.hpp"
#include "app/instance/read_log.hpp"

#include "support/temporary_folder.hpp"

#include <fstream>
#include <random>
#include <sys/stat.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string good =
  "2026-01-20T09:08:55.123+01:00 warning storage-writer database-busy: The database: locked.";

struct fixture {
  temporary_folder folder;
  fs::path file = folder.path / "pmactor.log";

  fs::path rotated(int i) const {
    return folder.path / ("pmactor." + std::to_string(i) + ".log");
  }
  /// As spdlog does.
  void rotate() const {
    for (int i = 9; i > 0; --i)
      if (fs::exists(rotated(i)))
        fs::rename(rotated(i), rotated(i + 1));
    fs::rename(file, rotated(1));
  }
  void append(const std::string& text) const {
    std::ofstream{file, std::ios::binary | std::ios::app} << text;
  }
  std::vector<std::string> last(std::size_t count, const log_filter& filter = {}) const {
    return log_snapshot{file}.last_lines(count, filter);
  }
  std::vector<std::string> all(const log_filter& filter = {}) const {
    std::vector<std::string> result;
    log_snapshot{file}.all_lines(filter, [&](std::string_view x) { result.emplace_back(x); });
    return result;
  }
};

using lines = std::vector<std::string>;

std::string line(const std::string& time, const std::string& rest) {
  return "2026-01-20T" + time + ".000Z " + rest + "\n";
}

} // namespace

CAF_TEST(a line is taken apart) {
  const auto record = parse_log_line(good);
  CAF_REQUIRE(record.has_value());
  CAF_CHECK_EQUAL(record->time, "2026-01-20T09:08:55.123+01:00");
  CAF_CHECK(record->wall == 1768896535123ms);
  CAF_CHECK(record->level == log_level::warning);
  CAF_CHECK_EQUAL(record->component, "storage-writer");
  CAF_CHECK_EQUAL(record->event, "database-busy");
  CAF_CHECK_EQUAL(record->sentence, "The database: locked.");
}

CAF_TEST(what the log did not write is no record) {
  for (const std::string text :
       {"", "terminate called", "2026-01-20", "2026-01-20T09:08:55.123+01:00",
        "2026-01-20T09:08:55.123+01:00 warning", "2026-01-20T09:08:55.123+01:00 loud a b: c",
        "2026-01-20T09:08:55.123+01:00 info a b c", "2026-01-20T09:08:55.123+01:00 info a b c: d",
        "2026-13-20T09:08:55.123+01:00 info a b: c", "09:08:55 info a b: c"})
    CAF_CHECK_EQUAL(parse_log_line(text) ? text : "none", "none");
}

CAF_TEST(filters are all to be passed) {
  CAF_CHECK(passes(good, {}));
  CAF_CHECK(passes(good, {1768896535s, log_level::warning, "storage-writer", "database-busy"}));
  CAF_CHECK(!passes(good, {1768896536s, {}, "", ""}));
  CAF_CHECK(!passes(good, {{}, log_level::error, "", ""}));
  CAF_CHECK(!passes(good, {{}, {}, "storage", ""}));
  CAF_CHECK(!passes(good, {{}, {}, "", "database"}));
  CAF_CHECK(passes("Segmentation fault", {}));
  CAF_CHECK(!passes("Segmentation fault", {{}, log_level::debug, "", ""}));
}

CAF_TEST(a line is escaped once and only if it must be) {
  CAF_CHECK_EQUAL(shown_line("a\\nb \xc3\xa9"), "a\\nb \xc3\xa9");
  CAF_CHECK_EQUAL(shown_line("\x1b[2J\\"), "\\x1b[2J\\\\");
}

CAF_TEST_FIXTURE_SCOPE(files, fixture)

CAF_TEST(no file is an empty log) {
  CAF_CHECK(log_snapshot{file}.empty());
  CAF_CHECK(last(10).empty());
}

CAF_TEST(what is no file is refused at once) {
  ::mkfifo(file.c_str(), 0600);
  std::string words;
  try {
    const log_snapshot look{file};
  } catch (const std::runtime_error& e) {
    words = e.what();
  }
  CAF_CHECK(words.find("is not a regular file") != std::string::npos);
}

CAF_TEST(the last lines come from as many files as needed) {
  append("one\ntwo\n");
  rotate();
  append("three\nfour\n");
  rotate();
  append("five\nsix");
  CAF_CHECK(last(0).empty());
  CAF_CHECK((last(1) == lines{"six"}));
  CAF_CHECK((last(3) == lines{"four", "five", "six"}));
  CAF_CHECK((last(99) == lines{"one", "two", "three", "four", "five", "six"}));
  CAF_CHECK((all() == last(99)));
}

CAF_TEST(reading backwards finds what reading forwards finds) {
  std::mt19937 random{7};
  const auto upto = [&](unsigned n) { return static_cast<unsigned>(random()) % (n + 1); };
  for (int round = 0; round < 12; ++round) {
    for (const auto& entry : fs::directory_iterator(folder.path))
      fs::remove(entry);
    const int files = 1 + round % 3;
    for (int i = 0; i < files; ++i) {
      std::string text;
      for (unsigned n = upto(400); n > 0; --n) {
        const bool is_record = upto(3) == 0;
        text += is_record ? good : std::string(upto(4) == 0 ? 0 : upto(2000), 'a');
        text += '\n';
      }
      if (round % 2 == 1 && !text.empty())
        text.pop_back();
      append(text);
      if (i + 1 < files)
        rotate();
    }
    for (const auto& filter : {log_filter{}, log_filter{{}, log_level::info, "", ""}}) {
      auto expected = all(filter);
      CAF_CHECK(last(100000, filter) == expected);
      if (expected.size() > 37)
        expected.erase(expected.begin(), expected.end() - 37);
      CAF_CHECK(last(37, filter) == expected);
    }
  }
}

CAF_TEST(only what came since is reported) {
  append(line("08:00:00", "info a old: x"));
  rotate();
  append(line("09:00:00", "info a older: x") + line("10:00:00", "info a newer: x"));
  log_filter filter;
  filter.since = parse_log_line("2026-01-20T09:30:00.000Z info a b: c")->wall;
  CAF_CHECK_EQUAL(all(filter).size(), 1u);
  CAF_CHECK_EQUAL(last(10, filter).size(), 1u);
}

CAF_TEST(following misses and repeats nothing over rotations) {
  append("one\n");
  const log_snapshot start{file};
  log_follower follower{file, start};
  lines seen;
  const auto poll = [&] { follower.poll({}, [&](std::string_view x) { seen.emplace_back(x); }); };
  poll();
  CAF_CHECK(seen.empty());
  append("two\nthr");
  poll();
  append("ee\n");
  poll();
  append("four\n");
  rotate();
  append("five\n");
  poll();
  append("six\n");
  rotate();
  append("seven\n");
  rotate();
  poll(); // there is no log right now
  append("eight\n");
  poll();
  CAF_CHECK((seen == lines{"two", "three", "four", "five", "six", "seven", "eight"}));
}

CAF_TEST(following waits for a log that is not there yet) {
  const log_snapshot start{file};
  log_follower follower{file, start};
  lines seen;
  const auto poll = [&] { follower.poll({}, [&](std::string_view x) { seen.emplace_back(x); }); };
  poll();
  append("one\n");
  poll();
  fs::resize_file(file, 0);
  poll();
  append("two\n");
  poll();
  CAF_CHECK((seen == lines{"one", "two"}));
}

CAF_TEST(a file is read although the clock of its stamp is a little behind) {
  append(line("09:00:00", "info a one: x."));
  const auto record = parse_log_line(all().at(0));
  CAF_REQUIRE(record.has_value());
  log_filter filter;
  filter.since = record->wall;
  fs::last_write_time(file,
                      fs::file_time_type::clock::from_sys(
                        std::chrono::sys_time<std::chrono::nanoseconds>{record->wall - 10ms}));
  CAF_CHECK_EQUAL(last(5, filter).size(), 1u);
  CAF_CHECK_EQUAL(all(filter).size(), 1u);
}

CAF_TEST(what the log writes can be read) {
  {
    log_file log{file, {}, log_echo::none};
    log_line(log_level::error, "tester", "odd-text", "bell \a and \\ and é");
  }
  const auto written = last(1);
  CAF_REQUIRE_EQUAL(written.size(), 1u);
  const auto record = parse_log_line(written[0]);
  CAF_REQUIRE(record.has_value());
  CAF_CHECK(record->level == log_level::error);
  CAF_CHECK_EQUAL(record->event, "odd-text");
  CAF_CHECK_EQUAL(shown_line(written[0]), written[0]);
}

CAF_TEST_FIXTURE_SCOPE_END()
