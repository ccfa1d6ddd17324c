#define CAF_SUITE date_outage

#include "actors/black_box/decide_outage.hpp"

#include "support/outage_case.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(an outage of the machine lasts from the last record to the boot) {
  case_file x;
  x.next_boot();
  const auto found = x.verdict();
  CAF_CHECK(found.is_length_known);
  CAF_CHECK(found.began == x.last.at.wall);
  CAF_CHECK(found.ended - found.began == 60s);
}

CAF_TEST(an outage of the daemon is measured by a clock that none sets) {
  case_file x;
  x.same_boot().now.now.wall -= 3600s; // set back meanwhile
  const auto found = x.verdict();
  CAF_CHECK(found.is_length_known);
  CAF_CHECK(found.ended - found.began == 10s);
}

CAF_TEST(an outage of the daemon begins with its last sign whichever survives) {
  case_file x;
  x.same_boot().now.daemon = trace_of(x);
  const auto lasted = [&x](std::chrono::nanoseconds pulse) {
    x.now.daemon->pulse = box_clock(pulse);
    const auto found = x.verdict();
    return found.ended - found.began;
  };
  CAF_CHECK(lasted(1007s) == 3s);
  CAF_CHECK(lasted(993s) == 10s);  // the record is newer
  CAF_CHECK(lasted(1020s) == 10s); // it has not come yet
  x.now.daemon->run.pid += 1;      // the page is of another run
  CAF_CHECK(lasted(1007s) == 10s);
}

CAF_TEST(a page that outlived the machine dates no outage of it) {
  case_file x;
  x.next_boot().now.daemon = trace_of(x);
  x.now.daemon->pulse = {15s, 15s, x.last.at.wall + 15s};
  CAF_CHECK(x.verdict().began == x.last.at.wall);
}

CAF_TEST(a clock that counts from 1970 leaves the length open until it is set) {
  case_file x;
  x.next_boot().now.now.wall = 20s;
  auto found = x.verdict();
  CAF_CHECK(!found.is_length_known);
  CAF_CHECK(found.began == x.last.at.wall && found.ended == found.began);
  CAF_CHECK(!decide_length(found, x.last.at, {30s, 30s, 30s}, false));
  CAF_CHECK(decide_length(found, x.last.at, {90s, 90s, x.last.at.wall + 150s}, false));
  CAF_CHECK(found.ended - found.began == 60s);
}

CAF_TEST(a clock that goes on from a saved time is not believed until it moves or is set) {
  case_file x;
  x.next_boot().now.is_clock_doubtful = true;
  x.now.now.wall = x.last.at.wall + 25s; // off for hours
  auto found = x.verdict();
  CAF_CHECK(!found.is_length_known);
  CAF_CHECK(found.ended == found.began);
  CAF_CHECK(found.cause == outage_cause::unexplained); // and not "back at once"
  clock_question question;
  question.booted = boot_time(x.now.now);
  question.now = x.now.now;
  CAF_CHECK(!is_length_due(question));
  question.now.wall += 4s;
  CAF_CHECK(!is_length_due(question));
  question.now.wall += 7200s;
  CAF_CHECK(is_length_due(question));
  question.now = x.now.now;
  question.is_synchronised = true;
  CAF_CHECK(is_length_due(question));
}

CAF_TEST(a known length is corrected by a clock that is corrected soon after the boot alone) {
  clock_question question;
  question.is_length_known = true;
  question.now = {60s, 60s, box_clock(60s).wall};
  question.booted = boot_time(question.now);
  question.is_synchronised = true;
  CAF_CHECK(!is_length_due(question));
  question.now.wall -= 3600s; // it was kept in local time
  CAF_CHECK(is_length_due(question));
  question.now.total = 3600s;
  CAF_CHECK(!is_length_due(question));
}

CAF_TEST(a last record by a clock that was never set has no length) {
  case_file x;
  x.next_boot().last.at.wall = 1000s;
  const auto found = x.verdict();
  CAF_CHECK(!found.is_length_known);
  CAF_CHECK(found.began == x.now.now.wall);
}
