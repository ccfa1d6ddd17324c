#define CAF_SUITE config

#include "support/daemon.hpp"

#include <fstream>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

struct fixture {
  test_home home;

  fs::path file(const std::string& text) const {
    auto name = home.folder.path / "mine.toml";
    std::ofstream{name} << text;
    return name;
  }
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(config_tests, fixture)

CAF_TEST(the default file is accepted as it is) {
  const auto printed = run_program({"config", "default"});
  CAF_CHECK_EQUAL(printed.exit_code, 0);
  const auto checked = run_program({"config", "check", "--config", file(printed.out).string()});
  CAF_CHECK_EQUAL(checked.exit_code, 0);
  CAF_CHECK_EQUAL(checked.err, "");
  CAF_CHECK(holds(checked.out, "mine.toml: no problems found."));
}

CAF_TEST(a check reports all that is wrong) {
  const auto name = file("[log]\nlevel = \"loud\"\nmax_file = 3\n").string();
  const auto checked = run_program({"config", "check", "--config", name});
  CAF_CHECK_EQUAL(checked.exit_code, 1);
  CAF_CHECK_EQUAL(checked.out, "");
  CAF_CHECK(holds(checked.err, name + ":2: log.level is \"loud\""));
  CAF_CHECK(holds(checked.err, name + ":3: log.max_file is no key"));
}

CAF_TEST(what is shown is a settings file that says the same) {
  const auto name =
    file("[sampling]\nnormal_interval = 7\n[suspects]\npatterns = [\"a*\"]\n").string();
  const auto shown = run_program({"config", "show", "--config", name});
  CAF_CHECK_EQUAL(shown.exit_code, 0);
  CAF_CHECK(holds(shown.out, "# Not the default.\nnormal_interval = 7\n"));
  CAF_CHECK(holds(shown.out, "# Not the default.\npatterns = [\"a*\"]\n"));
  CAF_CHECK(holds(shown.out, "\nelevated_interval = 1\n"));
  const auto again = run_program({"config", "show", "--config", file(shown.out).string()});
  CAF_CHECK_EQUAL(again.out, shown.out);
}

CAF_TEST(a list is written as it is meant however it is given) {
  const auto name = file("").string();
  const auto list_after = [&name](std::vector<std::string> words) {
    words.insert(words.begin(), {"config", "set", "suspects.patterns"});
    words.insert(words.end(), {"--config", name});
    const auto done = run_program(words);
    CAF_MESSAGE(done.out + done.err);
    CAF_CHECK_EQUAL(done.exit_code, 0);
    return run_program({"config", "get", "suspects.patterns", "--config", name}).out;
  };
  CAF_CHECK_EQUAL(list_after({R"(["a","b, c"])"}), "[\"a\", \"b, c\"]\n");
  CAF_CHECK_EQUAL(list_after({"a, b"}), "[\"a\", \"b\"]\n");
  CAF_CHECK_EQUAL(list_after({"a", "b, c"}), "[\"a\", \"b, c\"]\n");
  CAF_CHECK_EQUAL(list_after({"[]"}), "[]\n");
  const auto torn =
    run_program({"config", "set", "suspects.patterns", R"(["a")", "--config", name});
  CAF_CHECK(torn.exit_code != 0);
  const auto two = run_program({"config", "set", "log.level", "debug", "info", "--config", name});
  CAF_CHECK_EQUAL(two.exit_code, 2);
  CAF_CHECK(holds(two.err, "log.level takes one value, not 2"));
}

CAF_TEST(a value that makes no sense has one exit code whatever is wrong with it) {
  const auto name = file("").string();
  const auto code_of = [&name](const char* key, const char* value) {
    return run_program({"config", "set", key, value, "--config", name}).exit_code;
  };
  CAF_CHECK_EQUAL(code_of("log.level", "loud"), 2);
  CAF_CHECK_EQUAL(code_of("forensics.skip", "foo"), 2);
  CAF_CHECK_EQUAL(code_of("metrics.textfile", "here"), 2);
  file("[log]\nmax_file = 3\n");
  CAF_CHECK_EQUAL(code_of("log.level", "debug"), 1); // of which the value is not to blame
}

CAF_TEST(a file that was named must be there and another need not ) {
  const auto none = (home.folder.path / "none.toml").string();
  CAF_CHECK_EQUAL(run_program({"config", "check", "--config", none}).exit_code, 1);
  CAF_CHECK_EQUAL(run_program({"config", "check"}).exit_code, 0);
  CAF_CHECK(holds(run_program({"config", "path"}).out, "/pmactor/config.toml\n"));
}

CAF_TEST(a check without a file says that there is none) {
  const auto checked = run_program({"config", "check"});
  CAF_CHECK_EQUAL(checked.exit_code, 0);
  CAF_CHECK(holds(checked.out, "/pmactor/config.toml: there is no such file; the defaults hold"));
}

CAF_TEST(a misspelt variable is found by a check) {
  ::setenv("PMACTOR_LOGG_LEVEL", "debug", 1);
  const auto checked = run_program({"config", "check"});
  ::unsetenv("PMACTOR_LOGG_LEVEL");
  CAF_CHECK_EQUAL(checked.exit_code, 1);
  CAF_CHECK(holds(checked.err, "PMACTOR_LOGG_LEVEL is no variable that pmactor knows; did you mean PMACTOR_LOG_LEVEL?"));
}

CAF_TEST(the settings that are shown and written are those of the daemon that runs) {
  daemon_process daemon{home, "[notifications]\ndesktop = false\n[forensics]\nleast_pause = 2.5\n"};
  daemon.wait_until_ready();
  const auto data = home.data.string();
  const auto got = run_program({"config", "get", "forensics.least_pause", "--data", data});
  CAF_CHECK_EQUAL(got.out, "2.5\n");
  CAF_CHECK(holds(got.err, "The daemon that runs was started with --config "));
  const auto path = run_program({"config", "path", "--data", data}).out;
  const auto set = run_program({"config", "set", "log.level", "debug", "--data", data});
  CAF_CHECK_EQUAL(set.exit_code, 0);
  CAF_CHECK(holds(set.out, " in " + path.substr(0, path.size() - 1) + "; the daemon that runs takes it up by"));
  const auto other = file("");
  const auto elsewhere = run_program({"config", "set", "log.level", "debug", "--data", data, "--config", other.string()});
  CAF_CHECK_EQUAL(elsewhere.exit_code, 0);
  CAF_CHECK(holds(elsewhere.out, "the daemon that runs reads another file, "));
}

CAF_TEST(nothing is started with settings that are wrong) {
  const auto name = file("[log]\nlevel = \"loud\"\nmax_file = 3\n").string();
  const auto run = run_program({"run", "--data", home.data.string(), "--config", name});
  CAF_CHECK_EQUAL(run.exit_code, 2);
  CAF_CHECK(holds(run.err, name + ":2: log.level is \"loud\""));
  CAF_CHECK(holds(run.err, name + ":3: log.max_file is no key"));
  CAF_CHECK(!fs::exists(home.where().database()));
}

CAF_TEST_FIXTURE_SCOPE_END()
