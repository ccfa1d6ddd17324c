#define CAF_SUITE settings

#include "app/settings/settings.hpp"

#include "app/settings/nearest_setting.hpp"
#include "app/settings/read_settings.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <regex>
#include <set>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// A value other than the key's default, as far as its range allows.
setting_value another(const setting& x) {
  const auto usual = x.get({});
  switch (x.kind) {
    case setting_kind::yes_no:
      return !std::get<bool>(usual);
    case setting_kind::whole:
    case setting_kind::number:
      return std::get<double>(usual) == x.most ? x.least : x.most;
    case setting_kind::word:
      return std::get<std::string>(usual) == x.words.front() ? x.words.back() : x.words.front();
    case setting_kind::list:
      return std::vector<std::string>{"one", "two words", "a \"third\""};
    case setting_kind::text:
      return std::string{"a text with \"quotes\""};
  }
  return false;
}

std::string read_file(const std::string& name) {
  std::ifstream in{PMACTOR_SOURCE_DIR "/" + name};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string joined(const std::vector<std::string>& xs) {
  std::string result;
  for (const auto& x : xs)
    result += x + '\n';
  return result;
}

} // namespace

CAF_TEST(every default lies in its own range) {
  for (const auto& x : all_settings())
    CAF_CHECK_EQUAL(x.key + ' ' + x.check(x.get({})), x.key + ' ');
  CAF_CHECK(find_conflicts({}).empty());
}

CAF_TEST(every key is one of its own) {
  std::set<std::string> keys;
  for (const auto& x : all_settings()) {
    CAF_CHECK(keys.insert(x.key).second);
    CAF_CHECK(!x.about.empty() && x.about.back() == '.');
    const auto section = x.key.substr(0, x.key.find('.'));
    const auto& all = setting_sections();
    CAF_CHECK(
      std::any_of(all.begin(), all.end(), [&](const auto& y) { return y.name == section; }));
  }
  CAF_CHECK(keys.size() > 5);
}

CAF_TEST(what is set is what is got and nothing else changes) {
  CAF_REQUIRE(!all_settings().empty());
  for (const auto& x : all_settings()) {
    settings changed;
    const auto value = another(x);
    CAF_CHECK_EQUAL(x.check(value), "");
    x.set(changed, value);
    for (const auto& y : all_settings())
      CAF_CHECK_EQUAL(y.key + ' ' + to_toml(y.get(changed)),
                      y.key + ' ' + to_toml(&x == &y ? value : y.get({})));
  }
}

CAF_TEST(a value outside the range is refused) {
  CAF_REQUIRE(!all_settings().empty());
  for (const auto& x : all_settings()) {
    CAF_CHECK_NOT_EQUAL(x.check(std::nullopt), "");
    switch (x.kind) {
      case setting_kind::yes_no:
        CAF_CHECK_NOT_EQUAL(x.check(1.0), "");
        break;
      case setting_kind::whole:
        CAF_CHECK_NOT_EQUAL(x.check(x.least + 0.5), "");
        [[fallthrough]];
      case setting_kind::number:
        CAF_CHECK_NOT_EQUAL(x.check(std::nextafter(x.least, -1e300)), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::nextafter(x.most, 1e300)), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::numeric_limits<double>::quiet_NaN()), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::numeric_limits<double>::infinity()), "");
        CAF_CHECK_NOT_EQUAL(x.check("1"), "");
        CAF_CHECK_EQUAL(x.check(x.least), "");
        CAF_CHECK_EQUAL(x.check(x.most), "");
        break;
      case setting_kind::word:
        CAF_CHECK_NOT_EQUAL(x.check("no such word"), "");
        CAF_CHECK_NOT_EQUAL(x.check(true), "");
        break;
      case setting_kind::list:
        CAF_CHECK_NOT_EQUAL(x.check(std::vector<std::string>{"fine", ""}), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::vector<std::string>{std::string(5000, 'x')}), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::vector<std::string>(10000, "x")), "");
        CAF_CHECK_NOT_EQUAL(x.check("one"), "");
        break;
      case setting_kind::text:
        CAF_CHECK_EQUAL(x.check(std::string{}), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::string(10000, 'x')), "");
        CAF_CHECK_NOT_EQUAL(x.check(std::string{"\x1b[31m"}), "");
        CAF_CHECK_NOT_EQUAL(x.check(true), "");
        break;
    }
  }
}

CAF_TEST(the default file is the one in conf) {
  CAF_CHECK_EQUAL(read_file("conf/pmactor.toml"), default_settings_file());
}

CAF_TEST(the default file changes nothing and names every key) {
  const auto file = default_settings_file();
  const auto as_it_is = parse_settings(file, "f");
  CAF_CHECK_EQUAL(joined(as_it_is.problems), "");
  const auto opened = std::regex_replace(file, std::regex{"\n#([a-z_]+ = |  \"|\\])"}, "\n$1");
  const auto read = parse_settings(opened, "f");
  CAF_CHECK_EQUAL(joined(read.problems), "");
  for (const auto& x : all_settings()) {
    CAF_CHECK_EQUAL(x.key + ' ' + to_toml(x.get(read.values)), x.key + ' ' + to_toml(x.get({})));
    CAF_CHECK(opened.find('\n' + x.key.substr(x.key.rfind('.') + 1) + " = ") != std::string::npos);
  }
  std::istringstream lines{file};
  for (std::string line; std::getline(lines, line);)
    CAF_CHECK(line.size() <= 100);
}

CAF_TEST(a key that was misspelled is recognised) {
  CAF_CHECK_EQUAL(nearest_setting("log.max_file"), "log.max_files");
  CAF_CHECK_EQUAL(nearest_setting("Log.max_size"), "log.max_size");
  CAF_CHECK_EQUAL(nearest_setting("log.intensity"), "supervision.intensity");
  CAF_CHECK_EQUAL(nearest_setting("max_files"), "log.max_files");
  CAF_CHECK_EQUAL(nearest_setting("supervison"), "supervision");
  CAF_CHECK_EQUAL(nearest_setting("lgo.levle"), "log.level");
  CAF_CHECK_EQUAL(nearest_setting("log.lvl"), "log.level");
  CAF_CHECK_EQUAL(nearest_setting("stall.enabled"), "stalls.enabled"); // many sections have one
  CAF_CHECK_EQUAL(nearest_setting("otlp.endpoint"), "export.otlp.endpoint");
  for (const auto* far : {"colour", "foo", "foo.bar", "foo.levle", "log.", "."})
    CAF_CHECK_EQUAL(nearest_setting(far), "");
  CAF_CHECK_EQUAL(nearest_setting(std::string(1000000, 'x')), "");
}

CAF_TEST(a section in place of a key has its keys listed) {
  CAF_CHECK_EQUAL(unknown_key_words("host"), "is a section; its keys are host.labels.");
  const auto log = unknown_key_words("log");
  CAF_CHECK(log.starts_with("is a section; its keys are log.level, "));
  CAF_CHECK(unknown_key_words("export").find("export.otlp.endpoint") != std::string::npos);
  CAF_CHECK_EQUAL(unknown_key_words("foo"), "is no key that pmactor knows; `pmactor config show` lists them.");
}

CAF_TEST(values are written as TOML) {
  CAF_CHECK_EQUAL(to_toml(true), "true");
  CAF_CHECK_EQUAL(to_toml(5.0), "5");
  CAF_CHECK_EQUAL(to_toml(0.1), "0.1");
  CAF_CHECK_EQUAL(to_toml(100000.0), "100000");
  CAF_CHECK_EQUAL(to_toml(1e-300), "1e-300");
  CAF_CHECK_EQUAL(to_toml("a \"b\" \\ \x1b"), R"("a \"b\" \\ \x1b")");
  CAF_CHECK_EQUAL(to_toml(std::vector<std::string>{"a", "b"}), R"(["a", "b"])");
}
