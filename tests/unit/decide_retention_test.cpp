#define CAF_SUITE decide_retention

#include "actors/storage_writer/decide_retention.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(samples and events are kept for as long as the policy says each) {
  storage_writer_policy policy;
  policy.keep_samples = 24h;
  policy.keep_events = 1h;
  const auto found = decide_retention(1'000'000, policy);
  CAF_CHECK_EQUAL(found.samples_before.value(), 1'000'000 - 86400.0);
  CAF_CHECK_EQUAL(found.events_before.value(), 1'000'000 - 3600.0);
}

CAF_TEST(what is kept for ever is never too old) {
  storage_writer_policy policy;
  policy.keep_samples = 0s;
  const auto found = decide_retention(1'000'000, policy);
  CAF_CHECK(!found.samples_before);
  CAF_CHECK(found.events_before.has_value());
}
