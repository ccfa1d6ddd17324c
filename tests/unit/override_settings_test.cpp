#define CAF_SUITE override_settings

#include "app/settings/override_settings.hpp"

#include <map>

#include "support/test.hpp"

using namespace pmactor;

namespace {

settings_read overridden(const std::string& file, const std::vector<setting_override>& overrides) {
  auto result = parse_settings(file, "file");
  override_settings(result, overrides);
  return result;
}

} // namespace

CAF_TEST(each key has a variable of its own) {
  CAF_CHECK_EQUAL(variable_of("sampling.normal_interval"), "PMACTOR_SAMPLING_NORMAL_INTERVAL");
  std::map<std::string, std::string> names;
  for (const auto& x : all_settings())
    CAF_CHECK(names.emplace(variable_of(x.key), x.key).second);
}

CAF_TEST(the environment goes over the file and the command line over both) {
  const std::map<std::string, std::string> variables{
    {"PMACTOR_LOG_MAX_FILES", "7"}, {"PMACTOR_LOG_LEVEL", "error"}, {"PMACTOR_LOG_MAX_SIZE", ""}};
  auto overrides = overrides_of_environment([&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  });
  CAF_CHECK_EQUAL(overrides.size(), 2u);
  overrides.push_back(*override_of_flag("log.level=debug"));
  const auto read = overridden("[log]\nmax_files = 3\nmax_size = 2\n", overrides);
  CAF_CHECK(read.problems.empty());
  CAF_CHECK_EQUAL(read.values.log.max_files, 7u);
  CAF_CHECK(read.values.log.level == log_level::debug);
  CAF_CHECK_EQUAL(read.origins.at("log.level"), "the command line");
  CAF_CHECK_EQUAL(read.origins.at("log.max_files"), "the environment (PMACTOR_LOG_MAX_FILES)");
  CAF_CHECK_EQUAL(read.origins.at("log.max_size"), "file:3");
  CAF_CHECK_EQUAL(read.origins.count("sampling.normal_interval"), 0u);
}

CAF_TEST(what is wrong with an override is reported with its origin) {
  const auto read = overridden("", {{"log.max_files", "0", "the command line"},
                                    {"log.max_files", "many", "the command line"},
                                    {"log.levle", "debug", "the command line"}});
  CAF_REQUIRE_EQUAL(read.problems.size(), 3u);
  CAF_CHECK_EQUAL(read.problems[0].find("the command line: log.max_files is 0"), 0u);
  CAF_CHECK(read.problems[2].find("did you mean log.level?") != std::string::npos);
  CAF_CHECK_EQUAL(read.values.log.max_files, settings{}.log.max_files);
}

CAF_TEST(a variable that looks like a setting and is none is a problem) {
  const auto found = find_unknown_variables(
    {"PATH", "PMACTOR_LOGG_LEVEL", "PMACTOR_LOG_LEVEL", "PMACTOR_LOG", "PMACTOR_LOG_COLOUR", "PMACTOR_VERBOSE"});
  CAF_REQUIRE_EQUAL(found.problems.size(), 3u);
  CAF_CHECK_EQUAL(found.problems[0], "the environment: PMACTOR_LOGG_LEVEL is no variable that pmactor knows; did you "
                                     "mean PMACTOR_LOG_LEVEL?");
  CAF_CHECK(found.problems[1].ends_with("did you mean PMACTOR_LOG_LEVEL?"));
  CAF_CHECK(found.problems[2].find("PMACTOR_LOG_COLOUR") != std::string::npos);
  CAF_REQUIRE_EQUAL(found.warnings.size(), 1u);
  CAF_CHECK_EQUAL(found.warnings[0], "the environment: PMACTOR_VERBOSE is no variable that pmactor knows.");
}

CAF_TEST(variables that are used otherwise are no misspelt settings) {
  for (const auto& names : {std::vector<std::string>{"PMACTOR_READY_FD"},
                            {"PMACTOR_KIND", "PMACTOR_MESSAGE", "PMACTOR_HOST", "PMACTOR_SUSPECT", "PMACTOR_CAUSE"}}) {
    const auto found = find_unknown_variables(names);
    CAF_CHECK(found.problems.empty());
    CAF_CHECK(found.warnings.empty());
  }
  // What tests and scripts of the repository set stops no daemon.
  for (const auto* name : {"PMACTOR_SANITIZED", "PMACTOR_WRITE_EXPECTED", "PMACTOR_TEST_SECRET", "PMACTOR_COMMIT"})
    CAF_CHECK(find_unknown_variables({name}).problems.empty());
}

CAF_TEST(texts become values of the kind that is asked for) {
  CAF_CHECK(value_from_text(setting_kind::yes_no, " yes ") == setting_value{true});
  CAF_CHECK(value_from_text(setting_kind::yes_no, "0") == setting_value{false});
  CAF_CHECK(!value_from_text(setting_kind::yes_no, "perhaps"));
  CAF_CHECK(value_from_text(setting_kind::number, "2.5") == setting_value{2.5});
  for (const auto* text : {"", "2.5x", "nan", "inf", "1e999", "0x10"})
    CAF_CHECK(!value_from_text(setting_kind::number, text));
  CAF_CHECK(value_from_text(setting_kind::list, "a, b")
            == setting_value{std::vector<std::string>{"a", "b"}});
  CAF_CHECK(value_from_text(setting_kind::list, "") == setting_value{std::vector<std::string>{}});
}

CAF_TEST(a flag is a key and a value) {
  CAF_CHECK(!override_of_flag("log.level"));
  CAF_CHECK_EQUAL(override_of_flag("log.level=a=b")->text, "a=b");
  CAF_CHECK_EQUAL(override_of_flag(" log.level =x")->key, "log.level");
}
