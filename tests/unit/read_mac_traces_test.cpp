#define CAF_SUITE read_mac_traces

#include "actors/black_box/read_mac_traces.hpp"

#include "actors/black_box/read_reset_words.hpp"
#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a report of a panic says its reason as text and as JSON) {
  CAF_CHECK_EQUAL(find_panic_reason("Anonymous UUID: 1\n\npanic(cpu 2 caller 0xffffff801f0a): \"a freed zone element "
                                    "has been modified\"@/AppleInternal/zalloc.c:1198\nBacktrace (CPU 2)"),
                  "a freed zone element has been modified");
  CAF_CHECK_EQUAL(find_panic_reason(R"({"bug_type":"210"}
{"build":"macOS 14.5","panicString":"panic(cpu 6 caller 0xfffffe0023): userspace watchdog timeout: no successful )"
                                    R"(checkins from WindowServer (2 induced crashes) in 120 seconds\nDebugger message: )"
                                    R"(panic\n","x":1})"),
                  "userspace watchdog timeout: no successful checkins from WindowServer (2 induced crashes) in 120 "
                  "seconds");
  CAF_CHECK_EQUAL(find_panic_reason(R"({"panicString":"panic(cpu 0 caller 0x1): \"stuck\" @watchdog.c:1\nx"})"),
                  "stuck");
}

CAF_TEST(a report that says no reason or is torn or foreign has none) {
  CAF_CHECK_EQUAL(find_panic_reason(""), "");
  CAF_CHECK_EQUAL(find_panic_reason("panic(cpu "), "");
  CAF_CHECK_EQUAL(find_panic_reason("panic(cpu 0 caller 0x1"), "");
  CAF_CHECK_EQUAL(find_panic_reason("panic(cpu 0 caller 0x1): "), "");
  CAF_CHECK_EQUAL(find_panic_reason("panic(cpu 0 caller 0x1): \x1b[31mred"), "\\x1b[31mred");
  CAF_CHECK(find_panic_reason("panic(cpu 0 caller 0x1): " + std::string(5000, 'x')).size() <= 160);
}

CAF_TEST(the last shutdown cause of the log is taken and has its meaning) {
  constexpr const char* log = "2026-11-28 10:00:01.5 Df kernel[0:1] Previous shutdown cause: 5\n"
                              "2026-11-28 11:00:01.5 Df kernel[0:1] Previous shutdown cause: -103\n";
  CAF_CHECK_EQUAL(find_shutdown_cause(log), "shutdown cause [-103]");
  CAF_CHECK_EQUAL(find_shutdown_cause("Previous shutdown cause: "), "");
  CAF_CHECK_EQUAL(find_shutdown_cause("Previous sleep cause: 5"), "");
  const auto meant = [](const char* text) { return read_reset_words(find_shutdown_cause(text)); };
  CAF_REQUIRE(meant(log).has_value());
  CAF_CHECK(meant(log)->cause == outage_cause::battery_empty);
  CAF_CHECK(meant("Previous shutdown cause: 3")->cause == outage_cause::reset);
  CAF_CHECK(meant("Previous shutdown cause: 0")->cause == outage_cause::power_loss);
  CAF_CHECK(meant("Previous shutdown cause: 3")->sure == confidence::medium);
  CAF_CHECK(!meant("Previous shutdown cause: 5")); // in good order
  CAF_CHECK(!meant("Previous shutdown cause: -30")); // not -3
}
