#define CAF_SUITE plan_installation

#include "actors/powermetrics_reader/compose_command.hpp"
#include "app/service/gather_request.hpp"
#include "app/service/plan_installation.hpp"
#include "app/service/take_steps.hpp"

#include "support/install_request.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

const install_step& writing(const std::vector<install_step>& steps) {
  for (const auto& x : steps)
    if (x.what == install_step::act::write)
      return x;
  throw std::logic_error("nothing is written");
}

} // namespace

CAF_TEST(the program holds what conf holds) {
  for (const auto* name : {"pmactor.service", "pmactor-user.service", "pmactor.plist", "pmactor.motd", "pmactor.catalog"})
    CAF_CHECK_EQUAL(std::string{conf_file(name)},
                    content_of(fs::path{PMACTOR_SOURCE_DIR} / "conf" / name));
}

CAF_TEST(users of a mac read in the readme what is installed for them) {
  const auto readme = content_of(fs::path{PMACTOR_SOURCE_DIR} / "README.md");
  const auto command
    = powermetrics_command({mac_facts::processor::apple, true}, std::chrono::seconds{1}, false);
  CAF_CHECK(holds(readme, '\n' + sudoers_rule("kim", command)));
  // And are asked to get what ./dev looks for.
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
  for (const auto* line : {"Type=notify", "WatchdogSec=", "OOMScoreAdjust=", "MemoryMin=", "LimitNICE=-10\n", "IOWeight=",
                           "ProtectSystem=strict", "NoNewPrivileges=yes",
                           // What the daemon did last outlives it, and its last words a reset.
                           "RuntimeDirectoryPreserve=yes\n", "BindPaths=-/dev/pmsg0\n", "DeviceAllow=/dev/pmsg0 w\n",
                           // The daemon itself may not ask the drives how often they were given power.
                           "ExecStartPre=-+/usr/bin/pmactor note-drives /run/pmactor/drives\n"})
    CAF_CHECK(holds(writing(steps).content, std::string{"\n"} + line));
  // With a weight of its own what it raises and lowers would count within the service alone.
  CAF_CHECK(!holds(writing(steps).content, "\nCPUWeight="));
}

CAF_TEST(a machine that greets logins says there what ended it) {
  auto request = somebody();
  request.system = request.greets_logins = true;
  request.places = {"--data", "/srv/it's here"};
  const auto steps = plan_installation(request);
  const auto found = std::find_if(steps.begin(), steps.end(), [](const install_step& x) {
    return x.file == "/etc/update-motd.d/60-pmactor";
  });
  CAF_REQUIRE(found != steps.end());
  CAF_CHECK_EQUAL(found->mode, 0755u);
  CAF_CHECK(found->content.starts_with("#!/bin/sh\n"));
  CAF_CHECK(holds(found->content,
                  "exec timeout 2 '/usr/bin/pmactor' status --outage --data '/srv/it'\\''s here' 2>/dev/null\n"));
  request.system = false; // a user's service is for that user
  for (const auto& x : plan_installation(request))
    CAF_CHECK(x.file != found->file);
}

CAF_TEST(the journal of the machine explains the events once its catalog is read) {
  auto request = somebody();
  request.system = request.explains_journal = true;
  const auto steps = plan_installation(request);
  CAF_REQUIRE_EQUAL(steps.size(), 5u);
  CAF_CHECK_EQUAL(steps[2].command.at(1), "enable"); // the service does not wait for it
  CAF_CHECK_EQUAL(steps[3].file, fs::path{"/usr/local/lib/systemd/catalog/pmactor.catalog"});
  CAF_CHECK(holds(steps[3].content, "\n-- 6f2ec11a4d7b4c0b9a5d1c5ee1a60001\n"));
  CAF_CHECK(steps[3].is_for_all);
  CAF_CHECK((steps[4].command == std::vector<std::string>{"journalctl", "--update-catalog"}));
  CAF_CHECK(steps[3].may_fail && steps[4].may_fail);
}

CAF_TEST(a unit leaves writable what it was reported to write to) {
  auto request = somebody();
  request.system = true;
  request.written = {"/var/lib/pmactor", "/var/log/pmactor"};
  request.settings = "/etc/pmactor/config.toml";
  const auto usual = plan_installation(request);
  CAF_CHECK(!holds(writing(usual).content, "ReadWritePaths"));
  request.places = {"--data", "/srv/my $data"};
  request.written = {"/srv/my $data", "/srv/my $data/log"};
  const auto steps = plan_installation(request);
  CAF_CHECK(steps.at(0).what == install_step::act::make_folder); // a unit cannot start without it
  CAF_CHECK_EQUAL(steps.at(0).file, fs::path{"/srv/my $data"});
  const auto& unit = writing(steps).content;
  CAF_CHECK(holds(unit, " run --data \"/srv/my $$data\"\n")); // an argument knows variables
  CAF_CHECK(holds(unit, "\nReadWritePaths=\"/srv/my $data\"\n"));
  CAF_CHECK(holds(unit, "\nRequiresMountsFor=\"/srv/my $data\"\n"));
  CAF_CHECK(!holds(unit, "ProtectHome=no"));
  CAF_CHECK(!holds(unit, "PrivateTmp=no"));
  request.system = false; // nothing is read-only to a user's unit
  CAF_CHECK(!holds(writing(plan_installation(request)).content, "ReadWritePaths"));
}

CAF_TEST(a unit opens the homes or the temporary files only for what lies there) {
  auto request = somebody();
  request.system = true;
  const auto with = [&request](const fs::path& data, const fs::path& settings,
                               const fs::path& program) {
    request.written = {data};
    request.settings = settings;
    request.program = program;
    return writing(plan_installation(request)).content;
  };
  const fs::path usual{"/var/lib/pmactor"}, none, bin{"/usr/bin/pmactor"};
  for (const auto* home : {"/home/ann/x", "/root/x", "/run/user/1000/x"}) {
    CAF_CHECK(holds(with(home, none, bin), "\nProtectHome=no\n"));
    CAF_CHECK(holds(with(usual, home, bin), "\nProtectHome=no\n"));
    CAF_CHECK(!holds(with(usual, home, bin), "ReadWritePaths")); // it is only read
  }
  for (const auto* file : {"/tmp/x", "/var/tmp/x"}) {
    CAF_CHECK(holds(with(file, none, bin), "\nPrivateTmp=no\n"));
    CAF_CHECK(holds(with(usual, none, file), "\nPrivateTmp=no\n"));
  }
  for (const auto* other : {"/homes/x", "/tmpx", "/srv/tmp/x"}) {
    CAF_CHECK(!holds(with(other, none, bin), "ProtectHome=no"));
    CAF_CHECK(!holds(with(other, none, bin), "PrivateTmp=no"));
  }
}

CAF_TEST(a service has what the shell had set) {
  auto request = somebody();
  request.environment = {{"PATH", "/home/ann/.local/bin:/usr/bin"},
                         {"PMACTOR_LOG_LEVEL", "50 % & \"x\" $y"}};
  for (const bool system : {false, true}) {
    request.system = system;
    const auto unit = writing(plan_installation(request)).content;
    CAF_CHECK(holds(unit, "\nEnvironment=PATH=/home/ann/.local/bin:/usr/bin\n"));
    CAF_CHECK(holds(unit, "\nEnvironment=\"PMACTOR_LOG_LEVEL=50 %% & \\\"x\\\" $y\"\n"));
  }
  request.manager = service_manager::launchd;
  const auto list = writing(plan_installation(request)).content;
  CAF_CHECK(holds(list, "<key>EnvironmentVariables</key>"));
  CAF_CHECK(holds(list, "    <key>PMACTOR_LOG_LEVEL</key>\n    <string>50 % &amp;"));
  request.environment.clear();
  CAF_CHECK(!holds(writing(plan_installation(request)).content, "EnvironmentVariables"));
  CAF_CHECK(!holds(writing(plan_installation(request)).content, "@environment@"));
  request.environment = {{"PMACTOR_LOG_LEVEL", "a\nb"}};
  CAF_CHECK(refuses([&] { plan_installation(request); }));
}

CAF_TEST(the search path of a service is what lasts and what root can trust) {
  temporary_folder folder;
  const auto before = std::string{std::getenv("PATH")};
  ::setenv("PATH", ("bin::/usr/bin:/usr/bin:" + folder.path.string()).c_str(), 1);
  ::chmod(folder.path.c_str(), 0777);
  const auto path_of = [](bool system) {
    for (const auto& [name, value] : gather_request(system, {}).environment)
      if (name == "PATH")
        return value;
    return std::string{};
  };
  CAF_CHECK_EQUAL(path_of(false), "/usr/bin:" + folder.path.string());
  if (::geteuid() == 0)
    CAF_CHECK_EQUAL(path_of(true), "/usr/bin");
  ::setenv("PATH", before.c_str(), 1);
}

CAF_TEST(a command of the user may do what programs do) {
  auto request = somebody();
  for (const bool system : {false, true}) {
    request.system = system;
    request.runs_a_command = false;
    CAF_CHECK(!holds(writing(plan_installation(request)).content, "\nRestrictAddressFamilies=\n"));
    request.runs_a_command = true;
    const auto unit = writing(plan_installation(request)).content;
    CAF_CHECK(holds(unit, "\nRestrictAddressFamilies=\n"));
    CAF_CHECK_EQUAL(holds(unit, "\nIPAddressDeny=\nPrivateNetwork=no\n"), system);
  }
}

CAF_TEST(a service reaches the network only if its settings name a receiver) {
  auto request = somebody();
  for (const bool system : {false, true}) {
    request.system = system;
    request.reaches_network = false;
    CAF_CHECK(!holds(writing(plan_installation(request)).content, "AF_INET"));
    request.reaches_network = true;
    const auto unit = writing(plan_installation(request)).content;
    CAF_CHECK(holds(unit, "\nRestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK\n"));
    CAF_CHECK_EQUAL(holds(unit, "\nIPAddressDeny=\nPrivateNetwork=no\n"), system);
    CAF_CHECK(!holds(unit, "MemoryDenyWriteExecute=no"));
  }
}

CAF_TEST(a service may write its metrics where the settings say) {
  auto request = somebody();
  request.system = true;
  CAF_CHECK(!holds(writing(plan_installation(request)).content, "node-exporter"));
  request.textfile_folder = "/var/lib/prometheus/node-exporter";
  CAF_CHECK(holds(writing(plan_installation(request)).content,
                  "\nReadWritePaths=/var/lib/prometheus/node-exporter\n"));
}

CAF_TEST(a program that will not stay where it lies is warned of) {
  auto request = somebody();
  request.system = true;
  request.written = {"/var/lib/pmactor"};
  CAF_CHECK(list_warnings(request).empty());
  request.lies.build_folder = "/home/ann/pmactor/build";
  request.lies.replaceable_by = "user 1000";
  const auto said = list_warnings(request);
  CAF_REQUIRE_EQUAL(said.size(), 2u);
  CAF_CHECK(holds(said[0], "lies in the build folder /home/ann/pmactor/build"));
  CAF_CHECK(holds(said[1], "can be replaced by user 1000"));
  CAF_CHECK(holds(said[1], "/usr/local/bin/pmactor"));
  request.system = false; // then it is that user's own
  CAF_CHECK_EQUAL(list_warnings(request).size(), 1u);
  request.lies = {};
  request.program = "/home/ann/bin/pmactor";
  CAF_CHECK(list_warnings(request).empty());
  request.system = true;
  CAF_CHECK_EQUAL(list_warnings(request).size(), 1u);
  request.program = "/usr/bin/pmactor";
  request.written = {"/tmp/data"};
  CAF_CHECK(holds(list_warnings(request).at(0), "emptied at boot"));
  request.lies.is_temporary = true;
  CAF_CHECK_EQUAL(list_warnings(request).size(), 2u);
}

CAF_TEST(the unit of the system lets the daemon call what it calls) {
  auto request = somebody();
  request.system = true;
  const auto unit = writing(plan_installation(request)).content;
  // What is refused is an error and not the end of the daemon.
  CAF_CHECK(holds(unit, "\nSystemCallErrorNumber=EPERM\n"));
  // Beyond @system-service without @resources: for the beat, for captures and for tools.
  for (const auto* call : {"setpriority", "ioprio_set", "mlock2", "prlimit64"}) {
    const auto at = unit.find(std::string{' '} + call);
    CAF_CHECK(at != unit.npos && unit.rfind("\nSystemCallFilter=", at) > unit.rfind('\n', at) - 1);
  }
  CAF_CHECK(holds(unit, " CAP_KILL\n")); // to end a tool that runs as another user
}

CAF_TEST(where the service manager does not run that is said first) {
  auto request = somebody();
  CAF_CHECK_EQUAL(manager_warning(request, false), "");
  CAF_CHECK_EQUAL(manager_warning(request, true), "");
  request.manager_runs = false;
  CAF_CHECK(list_warnings(request).at(0).starts_with("systemd does not run here: "));
  CAF_CHECK(holds(list_warnings(request).at(0), "`pmactor start`"));
  request.start = false;
  CAF_CHECK(holds(list_warnings(request).at(0), "once it does"));
  CAF_CHECK(holds(manager_warning(request, true), "only files are removed"));
}

CAF_TEST(only what is there is said to be removed) {
  temporary_folder folder;
  install_step step;
  step.what = install_step::act::remove;
  step.file = folder.path / "pmactor.service";
  CAF_CHECK_EQUAL(shown_step(step), "skip   " + step.file.string() + ", which is not there\n");
  std::ofstream{step.file} << "x";
  CAF_CHECK_EQUAL(shown_step(step), "remove " + step.file.string() + '\n');
}

CAF_TEST(a step is one line and what it writes stands apart) {
  temporary_folder folder;
  install_step step;
  step.file = folder.path / "pmactor.service";
  step.content = "[Unit]\nDescription=x\n";
  CAF_CHECK_EQUAL(shown_step(step), "write  " + step.file.string() + '\n');
  std::ofstream{step.file} << "[Unit]\nDescription=somebody else's\n";
  CAF_CHECK_EQUAL(shown_step(step), "write  " + step.file.string() + ", in place of what is there\n");
  CAF_CHECK_EQUAL(shown_content(step), step.file.string() + ":\n  | [Unit]\n  | Description=x\n");
  std::ofstream{step.file} << step.content;
  CAF_CHECK_EQUAL(shown_step(step), "keep   " + step.file.string() + ", which is as it should be\n");
  CAF_CHECK_EQUAL(shown_content(step), "");
}

CAF_TEST(a service that is not there is not ended) {
  for (const auto manager : {service_manager::systemd, service_manager::launchd}) {
    auto request = somebody();
    request.manager = manager;
    const auto commands = [&request] {
      const auto steps = plan_removal(request);
      return std::count_if(steps.begin(), steps.end(), [](const auto& x) { return x.what == install_step::act::run; });
    };
    CAF_CHECK_GREATER(commands(), 0);
    request.is_installed = false;
    CAF_CHECK_EQUAL(commands(), 0);
  }
}

CAF_TEST(what is removed is what was installed) {
  for (const auto manager : {service_manager::systemd, service_manager::launchd})
    for (const bool system : {false, true}) {
      auto request = somebody();
      request.manager = manager;
      request.system = system;
      request.greets_logins = request.explains_journal = true;
      request.privileged = {{"/usr/bin/powermetrics", "-f", "plist"}};
      int files = 0;
      for (const auto& made : plan_installation(request))
        if (made.what == install_step::act::write || made.what == install_step::act::check) {
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

CAF_TEST(paths mean nothing but themselves in a unit) {
  CAF_CHECK_EQUAL(systemd_word("/usr/bin/pmactor"), "/usr/bin/pmactor");
  CAF_CHECK_EQUAL(systemd_word("/a b/%n/$HOME"), "\"/a b/%%n/$HOME\"");
  CAF_CHECK_EQUAL(systemd_argument("/a b/%n/$HOME"), "\"/a b/%%n/$$HOME\"");
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

CAF_TEST(systemd takes the units and finds the system unit well locked) {
  temporary_folder folder;
  auto request = somebody();
  request.program = "/usr/bin/true"; // at home, which a place of a build may not be
  request.written = {"/srv/my $data"};
  request.environment = {{"PATH", "/opt/my bin:/usr/bin"}};
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
  const auto level = run("systemd-analyze security --offline=yes --threshold=23 --no-pager "
                         + (folder.path / "pmactor.service").string() + " >/dev/null 2>&1");
  CAF_CHECK(level <= 0); // an exposure of 2.3 of 10 or less
}
