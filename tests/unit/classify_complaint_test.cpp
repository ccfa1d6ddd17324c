#define CAF_SUITE classify_complaint

#include "actors/powermetrics_reader/classify_complaint.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(harmless lines are known) {
  CAF_CHECK(is_harmless("Second underflow occured."));
  CAF_CHECK(is_harmless("unable to get proc_pidinfo for 12"));
  CAF_CHECK(!is_harmless("powermetrics must be invoked as the superuser"));
}

CAF_TEST(a refusal is reported with what can be done about it) {
  for (const auto* line : {"sudo: a password is required", "user is not in the sudoers file.",
                           "Sorry, user kim is not allowed to execute '/usr/bin/powermetrics' as root on mac."})
    CAF_CHECK(explain_refusal(line).find("pmactor install") != std::string::npos);
  CAF_CHECK(explain_refusal("powermetrics must be invoked as the superuser").find("sudo")
            != std::string::npos);
  CAF_CHECK(!explain_refusal("powermetrics: unrecognized sampler: smc").empty());
  CAF_CHECK_EQUAL(explain_refusal("something else"), "");
}

CAF_TEST(wanting rights are distinguished from a mac that lacks something) {
  for (const auto* line : {"sudo: a password is required", "kim is not in the sudoers file.",
                           "Sorry, user kim is not allowed to execute '/usr/bin/powermetrics' as root on mac.",
                           "powermetrics must be invoked as the superuser"})
    CAF_CHECK(is_refusal(line));
  for (const auto* line : {"unrecognized sampler: smc", "Second underflow occured.", "", "sudo: unable to fork"})
    CAF_CHECK(!is_refusal(line));
}
