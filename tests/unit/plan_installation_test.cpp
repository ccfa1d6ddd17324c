#define CAF_SUITE plan_installation

#include "actors/powermetrics_reader/compose_command.hpp"
#include "app/service/plan_installation.hpp"
#include "app/service/take_steps.hpp"

#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

install_request somebody() {
  install_request result;
  result.program = "/usr/bin/pmactor";
  result.home = "/home/ann";
  result.config = "/home/ann/.config";
  result.uid = 1000;
  result.user = "ann";
  return result;
}

const install_step& writing(const std::vector<install_step>& steps) {
  for (const auto& x : steps)
    if (x.what == install_step::act::write)
      return x;
  throw std::logic_error("nothing is written");
}

template <class F>
bool refuses(F work) {
  try {
    work();
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

/// @returns the exit code; -1 if there is no such program.
int run(const std::string& command) {
  const auto status = std::system(command.c_str());
  const auto code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return code == 127 ? -1 : code;
}

} // namespace

CAF_TEST(the program holds what conf holds) {
  for (const auto* name : {"pmactor.service", "pmactor-user.service", "pmactor.plist"})
    CAF_CHECK_EQUAL(std::string{conf_file(name)},
                    content_of(fs::path{PMACTOR_SOURCE_DIR} / "conf" / name));
}

CAF_TEST(users of a mac read in the readme what is installed for them) {
  const auto readme = content_of(fs::path{PMACTOR_SOURCE_DIR} / "README.md");
  const auto command
    = powermetrics_command({mac_facts::processor::apple, true}, std::chrono::seconds{1}, false);
  CAF_CHECK(holds(readme, '\n' + sudoers_rule("kim", command)));
  // And are told to get what ./dev looks for.
  const auto dev = content_of(fs::path{PMACTOR_SOURCE_DIR} / "dev");
  const auto begin = dev.find("packages_brew=(");
  CAF_REQUIRE(begin != std::string::npos);
  std::istringstream names{dev.substr(begin + 15, dev.find(')', begin) - begin - 15)};
  std::string line = "$ brew install";
  for (std::string name; names >> name;)
    line += ' ' + name;
  CAF_CHECK(holds(readme, '\n' + line + '\n'));
}

CAF_TEST(a user gets a unit of their own and no root is needed) {
  const auto steps = plan_installation(somebody());
  CAF_CHECK_EQUAL(writing(steps).file, fs::path{"/home/ann/.config/systemd/user/pmactor.service"});
  CAF_CHECK(holds(writing(steps).content, "\nExecStart=/usr/bin/pmactor run\n"));
  CAF_CHECK(holds(writing(steps).content, "\nExecReload=/usr/bin/pmactor reload\n"));
  CAF_CHECK(!holds(writing(steps).content, "@program@"));
  CAF_CHECK(
    (steps.at(1).command == std::vector<std::string>{"systemctl", "--user", "daemon-reload"}));
  CAF_CHECK(
    (steps.at(2).command
     == std::vector<std::string>{"systemctl", "--user", "enable", "--now", "pmactor.service"}));
}

CAF_TEST(the machine gets a unit of the system) {
  auto request = somebody();
  request.system = true;
  request.start = false;
  const auto steps = plan_installation(request);
  CAF_CHECK_EQUAL(steps.size(), 1u);
  CAF_CHECK_EQUAL(writing(steps).file, fs::path{"/etc/systemd/system/pmactor.service"});
  for (const auto* line : {"Type=notify", "WatchdogSec=", "OOMScoreAdjust=", "MemoryMin=",
                           "ProtectSystem=strict", "NoNewPrivileges=yes"})
    CAF_CHECK(holds(writing(steps).content, std::string{"\n"} + line));
}

CAF_TEST(what is removed is what was installed) {
  for (const auto manager : {service_manager::systemd, service_manager::launchd})
    for (const bool system : {false, true}) {
      auto request = somebody();
      request.manager = manager;
      request.system = system;
      request.privileged = {{"/usr/bin/powermetrics", "-f", "plist"}};
      int files = 0;
      for (const auto& made : plan_installation(request))
        if (made.what != install_step::act::run) {
          ++files;
          bool removed = false;
          for (const auto& x : plan_removal(request))
            removed = removed || (x.what == install_step::act::remove && x.file == made.file);
          CAF_CHECK(removed);
        }
      CAF_CHECK_GREATER(files, 0);
    }
}

CAF_TEST(launchd is asked again while a former service is still ending) {
  auto request = somebody();
  request.manager = service_manager::launchd;
  int asked_again = 0;
  for (const auto& step : plan_installation(request))
    if (step.what == install_step::act::run) {
      CAF_CHECK_EQUAL(step.tries > 1, step.command.at(1) == "bootstrap");
      asked_again += step.tries > 1 ? 1 : 0;
    }
  CAF_CHECK_EQUAL(asked_again, 1);
}

CAF_TEST(a step that may be tried again is until it succeeds) {
  temporary_folder folder;
  const auto file = folder.path / "tries";
  install_step step;
  step.what = install_step::act::run;
  step.command = {"/bin/sh", "-c", "echo x >>\"$0\"; [ \"$(wc -l <\"$0\")\" -ge 2 ]", file.string()};
  step.tries = 3;
  take_step(step);
  CAF_CHECK_EQUAL(content_of(file), "x\nx\n");
}

CAF_TEST(paths mean nothing but themselves in a unit) {
  CAF_CHECK_EQUAL(systemd_word("/usr/bin/pmactor"), "/usr/bin/pmactor");
  CAF_CHECK_EQUAL(systemd_word("/a b/%n/$HOME"), "\"/a b/%%n/$$HOME\"");
  CAF_CHECK_EQUAL(systemd_word("a\"b\\c"), "\"a\\\"b\\\\c\"");
  CAF_CHECK_EQUAL(systemd_word(""), "\"\"");
  CAF_CHECK(refuses([&] { systemd_word("a\nExecStart=/bin/evil"); }));
  auto request = somebody();
  request.places = {"--data", "/srv/my data", "--set", "log.level=debug"};
  const auto unit = writing(plan_installation(request)).content;
  CAF_CHECK(holds(unit, "run --data \"/srv/my data\" --set log.level=debug\n"));
  CAF_CHECK(holds(unit, "reload --data \"/srv/my data\"\n"));
}

CAF_TEST(paths mean nothing but themselves in a property list) {
  auto request = somebody();
  request.manager = service_manager::launchd;
  request.program = "/Applications/a&b/<pmactor>";
  request.places = {"--data", "/tmp/x&y"};
  const auto steps = plan_installation(request);
  const auto& list = writing(steps);
  CAF_CHECK_EQUAL(list.file, fs::path{"/home/ann/Library/LaunchAgents/org.pmactor.plist"});
  CAF_CHECK(holds(list.content, "<string>/Applications/a&amp;b/&lt;pmactor&gt;</string>"));
  CAF_CHECK(holds(list.content,
                  "    <string>--data</string>\n    <string>/tmp/x&amp;y</string>\n  </array>"));
  CAF_CHECK(holds(list.content, "<string>Interactive</string>"));
}

CAF_TEST(a rule for sudo allows one command with these arguments only) {
  CAF_CHECK(holds(sudoers_rule("ann", {"/usr/bin/powermetrics", "-f", "plist", "-a", "b,c=1:2"}),
                  "ann ALL=(root) NOPASSWD: /usr/bin/powermetrics -f plist -a b\\,c\\=1\\:2\n"));
  CAF_CHECK(holds(sudoers_rule("ann", {"/usr/bin/powermetrics"}), " /usr/bin/powermetrics \"\"\n"));
  for (const auto* word :
       {"*", "a b", "?", "[a]", "!x", "", "a\nb", "\"", "\\", "#1", "$x", "\xff"})
    CAF_CHECK(refuses([&] { sudoers_rule("ann", {"/usr/bin/powermetrics", word}); }));
  for (const auto* user : {"", "ALL", "%admin", "#0", "a b", "-x", "a,b"})
    CAF_CHECK(refuses([&] { sudoers_rule(user, {"/usr/bin/powermetrics"}); }));
  CAF_CHECK(refuses([&] { sudoers_rule("ann", {"powermetrics"}); }));
  CAF_CHECK(refuses([&] { sudoers_rule("ann", {}); }));
}

CAF_TEST(the rules reach sudo by way of a draft that visudo has checked) {
  auto request = somebody();
  request.manager = service_manager::launchd;
  request.user = "ann.lee";
  request.privileged = {{"/usr/bin/powermetrics", "-i", "1"}, {"/usr/bin/powermetrics", "-i", "2"}};
  const auto steps = plan_installation(request);
  CAF_CHECK(steps.at(0).what == install_step::act::check);
  CAF_CHECK_EQUAL(steps.at(0).content,
                  "# Lets pmactor's daemon of this user measure, and nothing else.\n"
                  "ann.lee ALL=(root) NOPASSWD: /usr/bin/powermetrics -i 1\n"
                  "ann.lee ALL=(root) NOPASSWD: /usr/bin/powermetrics -i 2\n");
  // sudo would not read a file with a dot in its name.
  CAF_CHECK_EQUAL(steps.at(1).command.back(), "/etc/sudoers.d/pmactor-ann_lee");
  CAF_CHECK_EQUAL(steps.at(1).command.at(8), steps.at(0).file.string());
  bool removed = false;
  for (const auto& x : plan_removal(request))
    removed = removed || (x.what == install_step::act::run && x.command.back() == "/etc/sudoers.d/pmactor-ann_lee");
  CAF_CHECK(removed);
}

CAF_TEST(visudo takes the rule) {
  temporary_folder folder;
  const auto file = folder.path / "rule";
  std::ofstream{file} << sudoers_rule("root",
                                      {"/usr/bin/powermetrics", "-f", "plist", "-i", "1000"});
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
  const auto code = run("visudo -cf " + file.string() + " >/dev/null 2>&1");
  CAF_MESSAGE("visudo: " << code);
  CAF_CHECK(code <= 0);
}

CAF_TEST(systemd takes the units and finds the system unit well locked) {
  temporary_folder folder;
  auto request = somebody();
  request.program = PMACTOR_PROGRAM;
  for (const bool system : {false, true}) {
    request.system = system;
    const auto file = folder.path / "pmactor.service";
    std::ofstream{file, std::ios::trunc} << writing(plan_installation(request)).content;
    const auto code =
      run(std::string{"systemd-analyze "} + (system ? "" : "--user ") + "verify --man=no "
          + file.string() + " >" + (folder.path / "said").string() + " 2>&1");
    // What systemd says of other units of this machine is not ours to mend.
    const auto said = content_of(folder.path / "said");
    CAF_MESSAGE("systemd-analyze: " << code << ' ' << said);
    CAF_CHECK(!holds(said, "pmactor.service:"));
  }
  const auto level = run("systemd-analyze security --offline=yes --threshold=45 --no-pager "
                         + (folder.path / "pmactor.service").string() + " >/dev/null 2>&1");
  CAF_CHECK(level <= 0); // an exposure of 4.5 of 10 or less
}
