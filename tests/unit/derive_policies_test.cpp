#define CAF_SUITE derive_policies

#include "app/settings/derive_policies.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a role is started with its own section) {
  settings x;
  x.storage.keep_samples = 3h;
  x.powermetrics.enabled = false;
  x.supervision.intensity = 3;
  const auto found = derive_policies(x);
  CAF_CHECK(found.storage == x.storage);
  CAF_CHECK(found.powermetrics == x.powermetrics);
  CAF_CHECK(found.supervision == x.supervision);
  CAF_CHECK(found.scorer == x.scorer);
}

CAF_TEST(while learning there are no messages and no captures) {
  settings x;
  CAF_CHECK(!derive_policies(x).notifications.when.learning);
  CAF_CHECK(derive_policies(x).forensics.capture.enabled);
  x.sampling.learning = true;
  CAF_CHECK(derive_policies(x).notifications.when.learning);
  CAF_CHECK(!derive_policies(x).forensics.capture.enabled);
  x.sampling.learning = false;
  x.forensics.capture.enabled = false;
  CAF_CHECK(!derive_policies(x).forensics.capture.enabled);
}

CAF_TEST(the beat reports at once what the detector takes for a pause or a sleep) {
  settings x;
  x.pauses.find.least_lateness = 350ms;
  x.pauses.find.least_sleep = 70ms;
  CAF_CHECK(derive_policies(x).beat.late == 350ms);
  CAF_CHECK(derive_policies(x).beat.asleep == 70ms);
}

CAF_TEST(each setting but those of the log concerns a role) {
  // Each key by itself: with another value some policy differs, and no other key has changed.
  const settings before;
  for (const auto& key : all_settings()) {
    auto after = before;
    auto value = key.get(before);
    if (auto* yes = std::get_if<bool>(&value))
      *yes = !*yes;
    else if (auto* number = std::get_if<double>(&value))
      *number = *number == key.least ? key.most : key.least;
    else if (auto* word = std::get_if<std::string>(&value))
      *word = key.words.empty() ? *word + "x" : key.words.front() == *word ? key.words.back() : key.words.front();
    else
      std::get<std::vector<std::string>>(value).push_back("journal=20");
    key.set(after, value);
    CAF_MESSAGE(key.key);
    CAF_CHECK_EQUAL(changed_settings(before, after), std::vector<std::string>{key.key});
    CAF_CHECK_EQUAL(derive_policies(before) == derive_policies(after), key.key.starts_with("log."));
  }
}

CAF_TEST(settings that are the same have not changed) {
  CAF_CHECK(changed_settings(settings{}, settings{}).empty());
}
