#define CAF_SUITE sudoers_rule

#include "app/service/plan_installation.hpp"

#include "support/install_request.hpp"
#include "support/temporary_folder.hpp"

#include <fstream>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

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
