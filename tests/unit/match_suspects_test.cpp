#define CAF_SUITE match_suspects

#include "actors/stress_scorer/match_suspects.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a pattern matches the whole name in either case) {
  struct {
    const char *name, *pattern;
    bool expected;
  } cases[] = {
    {"rsync", "rsync", true},        {"RSync", "rsync", true},          {"rsync2", "rsync", false},
    {"rsync", "r", false},           {"rsync", "*", true},              {"", "*", true},
    {"", "", true},                  {"x", "", false},                  {"mdworker_shared", "mdworker*", true},
    {"jbd2/vda1-8", "jbd2/*", true}, {"a/b/c", "*c", true},             {"abc", "a?c", true},
    {"ac", "a?c", false},            {"aXbXc", "a*b*c", true},          {"aXbX", "a*b*c", false},
    {"mississippi", "*iss*ppi", true}, {"mississippi", "*iss*pp", false}, {"*", "?", true},
    {"[x]", "[x]", true},            {"a", "**a**", true},              {"\xff\x01", "?\x01", true},
  };
  for (const auto& x : cases) {
    CAF_MESSAGE(x.name << " against " << x.pattern);
    CAF_CHECK_EQUAL(matches(x.name, x.pattern), x.expected);
  }
}

CAF_TEST(no pattern takes for ever) {
  const std::string name(2000, 'a');
  std::string pattern;
  for (int i = 0; i < 500; ++i)
    pattern += "*a";
  CAF_CHECK(matches(name, pattern));
  CAF_CHECK(!matches(name, pattern + "b"));
}

CAF_TEST(well known culprits are suspects and plain programs are not) {
  const suspect_policy policy;
  for (const auto* name : {"kswapd0", "mds_stores", "mdworker_shared", "WindowServer", "updatedb",
                           "updatedb.mlocate", "unattended-upgr", "Dropbox Helper", "md127_resync",
                           "kernel_task", "baloo_file_extr", "tracker-miner-f"})
    CAF_CHECK(is_suspect(name, policy));
  for (const auto* name : {"bash", "firefox", "systemd", "sshd", "md", "DEAD_TASKS", ""})
    CAF_CHECK(!is_suspect(name, policy));
}
