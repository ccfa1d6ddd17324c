#define CAF_SUITE read_settings

#include "app/settings/override_settings.hpp"
#include "app/settings/read_settings.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string problems_of(const settings_read& x) {
  std::string result;
  for (const auto& problem : x.problems)
    result += problem + '\n';
  return result;
}

std::string problems_in(const std::string& text) {
  return problems_of(parse_settings(text, "f"));
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct scratch {
  fs::path root;
  scratch() {
    auto name = (fs::temp_directory_path() / "settings-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~scratch() {
    fs::remove_all(root);
  }
  fs::path file(const std::string& text) const {
    const auto name = root / "config.toml";
    std::ofstream{name} << text;
    return name;
  }
};

} // namespace

CAF_TEST(what a file says is set and the rest stays) {
  const auto read = parse_settings("[supervision]\nintensity = 3\nperiod = 2.5\n[log]\nlevel = "
                                   "\"debug\"\nmax_size = 2\n",
                                   "f");
  CAF_CHECK_EQUAL(problems_of(read), "");
  CAF_CHECK_EQUAL(read.values.supervision.intensity, 3u);
  CAF_CHECK(read.values.supervision.period == 2500ms);
  CAF_CHECK(read.values.supervision.backoff_max == settings{}.supervision.backoff_max);
  CAF_CHECK(read.values.log.level == log_level::debug);
  CAF_CHECK_EQUAL(read.values.log.max_size, 2000000u);
}

CAF_TEST(a whole number may be written as any number) {
  CAF_CHECK_EQUAL(problems_in("supervision.intensity = 3.0"), "");
  CAF_CHECK_EQUAL(problems_in("supervision.period = 3"), "");
}

CAF_TEST(all problems are reported at once with line and key) {
  const auto text = problems_in("[log]\n"
                                "level = \"loud\"\n"
                                "max_files = 0\n"
                                "max_size = \"big\"\n"
                                "max_file = 3\n"
                                "[supervison]\n"
                                "intensity = 1.5\n");
  CAF_CHECK_EQUAL(
    text,
    "f:2: log.level is \"loud\", but must be one of \"debug\", \"info\", \"warning\", \"error\".\n"
    "f:3: log.max_files is 0, but must be a whole number from 1 to 100.\n"
    "f:4: log.max_size is \"big\", but must be a number from 0.01 to 1000 megabytes.\n"
    "f:5: log.max_file is no key that pmactor knows; did you mean log.max_files?\n"
    "f:6: supervison is no key that pmactor knows; did you mean supervision?\n");
}

CAF_TEST(a key that is nowhere near is refused without a guess) {
  CAF_CHECK_EQUAL(problems_in("\n\ncolour = \"red\"\n"),
                  "f:3: colour is no key that pmactor knows; `pmactor config show` lists them.\n");
}

CAF_TEST(keys that contradict each other are reported) {
  CAF_CHECK_EQUAL(problems_in("[supervision]\nbackoff_first = 10\nbackoff_max = 1\n"),
                  "f:3: supervision.backoff_max is 1, but must be at least "
                  "supervision.backoff_first, which is 10.\n");
  CAF_CHECK(holds(problems_in("\nsupervision.backoff_first = 10\n"), // against a default
                  "f:2: supervision.backoff_max is 5, but must be"));
}

CAF_TEST(a key that is there twice is refused) {
  const auto text = problems_in("[log]\nmax_files = 1\nmax_files = 2\n");
  CAF_CHECK(holds(text, "f:3: "));
  CAF_CHECK(holds(text, "max_files"));
}

CAF_TEST(what is not TOML is reported with its line) {
  CAF_CHECK(holds(problems_in("[log]\nmax_files = \n"), "f:2: This is not TOML: "));
  CAF_CHECK(holds(problems_in("\n\n[log\n"), "f:3: This is not TOML: "));
  CAF_CHECK(holds(problems_in(std::string(100000, '[')), "This is not TOML: "));
  CAF_CHECK(holds(problems_in("a = " + std::string(100000, '[')), "This is not TOML: "));
  CAF_CHECK(holds(problems_in("a = \"\xff\""), "This is not TOML: "));
}

CAF_TEST(what is no value of a setting is refused) {
  CAF_CHECK_EQUAL(problems_in("[log]\nmax_files = 2026-01-20\n"),
                  "f:2: log.max_files must be a whole number from 1 to 100.\n");
  CAF_CHECK(holds(problems_in("[log.max_files]\n"), "log.max_files must be a whole number"));
  CAF_CHECK(holds(problems_in("log = 3\n"), "f:1: log is a section"));
  CAF_CHECK(holds(problems_in("[[log]]\nmax_files = 1\n"), "log is a section"));
  CAF_CHECK(holds(problems_in("log.max_files = nan"), "log.max_files is nan, but must be"));
  CAF_CHECK(holds(problems_in("log.max_files = 9223372036854775807"), "log.max_files is 9.22"));
}

CAF_TEST(a length of time may be written with its unit) {
  const auto read = parse_settings("[forensics]\nleast_pause = \"3s\"\n[storage]\nkeep_events = \"2 weeks\"\n", "f");
  CAF_CHECK_EQUAL(problems_of(read), "");
  CAF_CHECK(find_setting("forensics.least_pause")->get(read.values) == setting_value{3.0});
  CAF_CHECK(find_setting("storage.keep_events")->get(read.values) == setting_value{14.0});
  CAF_CHECK(value_from_text(*find_setting("forensics.least_pause"), "2500ms") == setting_value{2.5});
  CAF_CHECK(value_from_text(*find_setting("log.level"), "3s") == setting_value{std::string{"3s"}});
  CAF_CHECK(holds(problems_in("[forensics]\nleast_pause = \"3\"\n"), "must be a number from"));
  CAF_CHECK(holds(problems_in("[log]\nmax_files = \"3s\"\n"), "must be a whole number")); // no length of time
}

CAF_TEST(foreign text is harmless in a problem) {
  const auto text = problems_in("\"\\u001b[2J\\n\" = 1\n[log]\nlevel = \"\\u001b]0;x\\u0007\"\n");
  CAF_CHECK(!holds(text, "\x1b"));
  CAF_CHECK(!holds(text, "\x07"));
  CAF_CHECK(holds(text, "\\x1b[2J\\n is no key"));
  const auto long_text = problems_in("log.level = \"" + std::string(100000, 'x') + "\"");
  CAF_CHECK(holds(long_text, "log.level is something long, but"));
}

CAF_TEST(problems without end are cut short) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "nonsense_" + std::to_string(i) + " = 1\n";
  const auto read = parse_settings(text, "f");
  CAF_CHECK_EQUAL(read.problems.size(), 51u);
  CAF_CHECK(holds(read.problems.front(), "f:1: nonsense_0 "));
  CAF_CHECK_EQUAL(read.problems.back(), "f: There are 950 more problems in this file.");
}

CAF_TEST(without a file everything is at its default) {
  scratch here;
  CAF_CHECK_EQUAL(problems_of(read_settings(here.root / "none.toml", false)), "");
  CAF_CHECK_EQUAL(problems_of(read_settings(here.root / "none/none.toml", false)), "");
  CAF_CHECK_EQUAL(problems_of(read_settings({}, false)), "");
  CAF_CHECK(holds(problems_of(read_settings(here.root / "none.toml", true)), "No such file"));
}

CAF_TEST(a file is read and named in its problems) {
  scratch here;
  const auto file = here.file("[log]\nmax_files = 7\n");
  CAF_CHECK_EQUAL(read_settings(file, true).values.log.max_files, 7u);
  here.file("[log]\nmax_files = 0\n");
  CAF_CHECK(
    holds(problems_of(read_settings(file, true)), file.string() + ":2: log.max_files is 0"));
}

CAF_TEST(what is no settings file is refused without waiting) {
  scratch here;
  CAF_CHECK(holds(problems_of(read_settings(here.root, false)), "not a regular file"));
  CAF_CHECK(holds(problems_of(read_settings("/dev/zero", false)), "not a regular file"));
  const auto pipe = here.root / "pipe";
  CAF_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
  CAF_CHECK(holds(problems_of(read_settings(pipe, false)), "not a regular file"));
  const auto file = here.file(std::string(2000000, '#'));
  CAF_CHECK(holds(problems_of(read_settings(file, false)), "over 1 MiB"));
}

CAF_TEST(settings that everybody may write are not trusted) {
  scratch here;
  const auto file = here.file("[log]\nmax_files = 7\n");
  ::chmod(file.c_str(), 0666);
  CAF_CHECK(holds(problems_of(read_settings(file, false)), "Everybody may write to this file"));
}
