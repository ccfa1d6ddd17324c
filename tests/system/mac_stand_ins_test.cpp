// That the stand-ins for the tools of a Mac take only what the manuals list, as other tests rely on it.
#define CAF_SUITE mac_stand_ins

#include <string>
#include <vector>

#include "support/mac_stand_ins.hpp"
#include "support/test.hpp"

using namespace pmactor;
using words = std::vector<std::string>;

CAF_TEST(the stand in for powermetrics takes only what the manual lists) {
  const circumstances root{{{"MAC_ROOT", "1"}}};
  CAF_CHECK(accepts({"powermetrics", "-n", "1", "-i", "10", "-f", "plist", "-s", "tasks"}));
  CAF_CHECK(accepts({"powermetrics", "-h"}));
  for (const auto& wrong :
       {words{"-u", "/tmp/x"}, words{"-f", "xml"}, words{"--interval", "5"}, words{"-i", "1s"},
        words{"--samplers"}, words{"--samplers", "tasks,fans"}, words{"1000"},
        words{"--show-process-io=yes"}, words{"-i", "10", "-n", "1", "--json"}}) {
    words command{"powermetrics"};
    command.insert(command.end(), wrong.begin(), wrong.end());
    CAF_CHECK(!accepts(command));
  }
}

CAF_TEST(the other stand ins take only what the manuals list) {
  temporary_folder folder;
  const auto file = (folder.path / "x.tailspin").string();
  const circumstances root{{{"MAC_ROOT", "1"}}};
  CAF_CHECK(accepts({"tailspin", "save", "-r", "pmactor", "-l", "20", file}));
  CAF_CHECK(!accepts({"tailspin", "save", "-o", file}));
  CAF_CHECK(!accepts({"tailspin", "save"}));
  CAF_CHECK(!accepts({"tailspin", "save", "-l", "long", file}));
  CAF_CHECK(accepts({"tailspin", "info"}));
  CAF_CHECK(accepts({"spindump", "-i", file, "-stdout"}));
  CAF_CHECK(accepts({"spindump", "-notarget", "2", "10", "-noBinary", "-o", file + ".txt"}));
  CAF_CHECK(!accepts({"spindump", "--notarget", "2"}));
  CAF_CHECK(!accepts({"spindump", "-notarget", "2", "10", "-output", file}));
  CAF_CHECK(accepts({"log", "show", "--style", "ndjson", "--start", "2026-01-22 21:07:07+0100",
                     "--end", "2026-01-22 21:07:09+0100", "--info", "--predicate",
                     "process == \"kernel\" OR eventMessage CONTAINS[c] \"hang\""}));
  CAF_CHECK(!accepts({"log", "show", "--since", "60s"}));
  CAF_CHECK(!accepts({"log", "show", "--start", "2026-01-22T21:07:07Z"}));
  CAF_CHECK(!accepts({"log", "show", "--predicate", "process == \"kernel"}));
  CAF_CHECK(accepts({"pmset", "-g", "log"}));
  CAF_CHECK(!accepts({"pmset", "log"}));
  CAF_CHECK(accepts({"caffeinate", "-i", "-w", "999999"}));
  CAF_CHECK(!accepts({"caffeinate", "--while", "1"}));
  CAF_CHECK(accepts({"osascript", "-e", "on run a", "-e", "end run", "title", "-body"}));
  CAF_CHECK(!accepts({"osascript", "-e", "on run a", "-e", "end run", "-title"}));
  CAF_CHECK(!accepts({"launchctl", "load", "x.plist"}));
  CAF_CHECK(accepts({"launchctl", "kickstart", "-k", "gui/501/org.pmactor"}));
  CAF_CHECK(!accepts({"launchctl", "kickstart", "org.pmactor"}));
}

CAF_TEST(a stand in fails when the test wants it to) {
  const circumstances mac{{{"MAC_FAILS", "pmset"}}};
  CAF_CHECK(!accepts({"pmset", "-g", "log"}));
  CAF_CHECK(accepts({"tailspin", "info"}));
}
