#define CAF_SUITE describe_selected

#include "app/top/describe_selected.hpp"

#include <cstdlib>
#include <ctime>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(all that is known of a process is said and what is not known is left out) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  top_process x;
  x.sample.pid = 4711;
  x.sample.name = "rs\nync";
  x.sample.cpu_pct = 35.2;
  x.sample.start_time = 1'767'225'600;
  x.unit = "backup.service";
  x.harm = 6;
  x.is_suspected = true;
  const auto text = describe_process(x, 1'767'225'660);
  CAF_CHECK(text.ends_with("\nSeen        2026-01-01 00:01:00\n"
                           "Runs since  2026-01-01 00:00:00\n"
                           "Unit        backup.service\n"
                           "CPU         35.2 % of one core\n"
                           "Harm        6.0 % of the time others waited, by its share\n"
                           "Suspected   by an event of that moment"));
  CAF_CHECK(text.find("ync, process 4711\n") != std::string::npos);
  CAF_CHECK_EQUAL(text.substr(0, 2), "rs");
  CAF_CHECK(text.find("rs\n") == std::string::npos); // escaped
}

CAF_TEST(the whole note of an actor is said) {
  CAF_CHECK_EQUAL(describe_actor({"notifier", "running", "desktop: notify-send is not installed", true}),
                  "notifier\nState       running\nDegraded    desktop: notify-send is not installed");
}
