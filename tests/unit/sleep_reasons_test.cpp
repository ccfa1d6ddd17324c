#define CAF_SUITE sleep_reasons

#include "actors/kernel_log/program_log.hpp"
#include "actors/kernel_log/sleep_reasons.hpp"
#include "messages/words.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  sleep_reasons aut;
  void log(std::chrono::nanoseconds wall, const std::string& text) {
    aut.add(wall, "systemd-logind[700]: " + text);
  }
  /// Of a sleep from 1000 s to 5000 s.
  std::string said() const {
    return joined(aut.words(1000s, 5000s), "; ");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sleep_reasons_tests, fixture)

CAF_TEST(a lid that was closed is why it slept and one that was opened is why it woke) {
  log(990s, "Lid closed.");
  log(995s, "Suspending...");
  log(5001s, "Lid opened.");
  log(5001s, "Operation 'suspend' finished.");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because the lid was closed (systemd-logind); "
                          "the lid was opened as it woke (systemd-logind)");
}

CAF_TEST(a key is distinguished from a lid and from idleness) {
  log(999s, "Power key pressed short.");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because the power key was pressed (systemd-logind)");
  aut = {};
  log(999s, "Suspend key pressed.");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because the sleep key was pressed (systemd-logind)");
  aut = {};
  log(999s, "System idle. Doing suspend operation.");
  CAF_CHECK_EQUAL(said(),
                  "it was put to sleep because none had used it for a while (systemd-logind)");
}

CAF_TEST(where only the order is logged it was asked for) {
  log(999s, "The system will suspend now!");
  CAF_CHECK_EQUAL(
    said(), "it was put to sleep because a program or a person asked for it (systemd-logind)");
}

CAF_TEST(what was logged long before or by another program is no reason) {
  log(100s, "Lid closed.");
  log(8000s, "Lid opened.");
  aut.add(999s, "evil[1]: systemd-logind: Lid closed.");
  aut.add(999s, "systemd-logind");
  log(999s, "New session 3 of user ann.");
  CAF_CHECK_EQUAL(said(), "");
}

CAF_TEST(a lid that was opened again before is no reason) {
  log(960s, "Lid closed.");
  log(970s, "Lid opened.");
  log(999s, "Suspending...");
  CAF_CHECK_EQUAL(
    said(), "it was put to sleep because a program or a person asked for it (systemd-logind)");
}

CAF_TEST(the power log of macOS says why it slept and woke) {
  const auto pmset = [this](std::chrono::nanoseconds wall, const std::string& text) {
    aut.add(wall, "pmset: " + text);
  };
  pmset(999s, "Sleep: Entering Sleep state due to 'Clamshell Sleep':TCPKeepAlive=active Using Batt");
  pmset(5001s, "Wake: Wake from Deep Idle [CDNVA] : due to EC.LidOpen/Lid Open Using BATT (Charge:78%)");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because the lid was closed (pmset); "
                          "the lid was opened as it woke (pmset)");
  aut = {};
  pmset(999s, "Sleep: Entering Sleep state due to 'Software Sleep pid=123':TCPKeepAlive=active");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because a program or a person asked for it (pmset)");
  aut = {};
  pmset(999s, "Assertions: PID 123(x) Created 'Clamshell Sleep due to 'Clamshell Sleep'");
  aut.add(999s, "evil: Sleep: due to 'Clamshell Sleep'");
  CAF_CHECK_EQUAL(said(), "");
}

CAF_TEST(a line of the power log is read with its time zone) {
  const auto found = parse_power_log_line(
    "2020-08-29 08:11:59 +0800 Sleep               \tEntering Sleep state \xff\xfe due to 'Idle Sleep'");
  CAF_REQUIRE(found);
  CAF_CHECK(found->wall == 1'598'659'919s);
  CAF_CHECK_EQUAL(found->text, "pmset: Sleep: Entering Sleep state \xff\xfe due to 'Idle Sleep'");
  CAF_CHECK(parse_power_log_line("2020-08-28 19:41:59 -0430 Wake \tx")->wall == 1'598'659'919s);
  for (const char* bad : {"", "2020", "2020-13-29 08:11:59 +0800 Sleep x", "2020-08-29 08:11:59 Sleep x",
                          "2020-08-29 08:11:59 +08", "Time stamp  Domain  Message  Duration  Delay",
                          "2020-08-29 08:11:59 +0800 ", "2020-08-29 08:11:59 +0800 Sleep  \t"})
    CAF_CHECK(!parse_power_log_line(bad));
}

CAF_TEST(however much is logged little is kept) {
  for (int i = 0; i < 100'000; ++i)
    log(900s + std::chrono::milliseconds{i}, "Lid closed.");
  CAF_CHECK_EQUAL(said(), "it was put to sleep because the lid was closed (systemd-logind)");
}

CAF_TEST_FIXTURE_SCOPE_END()
