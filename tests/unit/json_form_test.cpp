#define CAF_SUITE json_form

#include "app/views/json_form.hpp"

#include <cstdlib>
#include <ctime>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct fixture {
  fixture() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(json_form_tests, fixture)

CAF_TEST(a moment has its text beside it) {
  auto x = begin_json();
  put_moment(x, "started", std::optional{1768896535.25});
  put_moment(x, "ended", std::optional<double>{});
  CAF_CHECK_EQUAL(dumped(x, false), R"({"schema_version":1,"started":1768896535.25,)"
                                    R"("started_iso":"2026-01-20T09:08:55.250+01:00","ended":null,"ended_iso":null})");
}

CAF_TEST(a moment is rounded before it is split) {
  CAF_CHECK_EQUAL(iso_moment(1768896535.9996), "2026-01-20T09:08:56.000+01:00");
  CAF_CHECK_EQUAL(iso_moment(1784617735), "2026-07-21T09:08:55.000+02:00");
}

CAF_TEST(what is beyond all calendars is not known) {
  for (const double x : {-1.0, 1e300, 253'402'300'800.0, std::strtod("nan", nullptr)}) {
    CAF_CHECK_EQUAL(iso_moment(x), "");
    auto object = begin_json();
    put_moment(object, "at", std::optional{x});
    CAF_CHECK(object["at"].is_null() && object["at_iso"].is_null());
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
