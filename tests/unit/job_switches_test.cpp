#define CAF_SUITE job_switches

#include "app/settings/job_switches.hpp"

#include "support/temporary_folder.hpp"

#include <fstream>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct fixture {
  temporary_folder folder;
  std::filesystem::path file = folder.path / "jobs.toml";

  job_switches written(const std::string& text) const {
    std::ofstream{file} << text;
    return read_switches(file);
  }
};

std::size_t index_of(const char* name) {
  return static_cast<std::size_t>(find_job(name) - all_jobs().data());
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(each job stands for a setting that is on by default) {
  CAF_REQUIRE(!all_jobs().empty());
  for (const auto& x : all_jobs()) {
    const auto* entry = find_setting(x.key);
    CAF_REQUIRE(entry != nullptr);
    CAF_CHECK(entry->get({}) == setting_value{true});
    CAF_CHECK(find_job(x.name) == &x);
  }
  CAF_CHECK(find_job("samplers") == nullptr);
}

CAF_TEST(switches are read as they were written) {
  job_switches before;
  before.on[index_of("sampler")] = false;
  const auto after = written(switches_text(before));
  CAF_CHECK(after.problems.empty());
  CAF_CHECK(after.on == before.on);
  before.on.assign(before.on.size(), true);
  CAF_CHECK(written(switches_text(before)).on == before.on);
  CAF_CHECK_EQUAL(switches_text({}), "");
  CAF_CHECK(read_switches(folder.path / "none").problems.empty());
}

CAF_TEST(what is no switch is a problem) {
  for (const auto* text :
       {"[log]\nlevel = \"debug\"\n", "[powermetrics]\nenabled = 1\n", "rubbish"})
    CAF_CHECK_EQUAL(written(text).problems.size(), 1u);
}

CAF_TEST(a passing switch stands above a kept one) {
  job_switches kept, passing;
  kept.on[index_of("sampler")] = false;
  kept.on[index_of("elevated")] = false;
  passing.on[index_of("sampler")] = true;
  settings_read read;
  override_settings(read, overrides_of_switches(kept, switch_scope::kept));
  override_settings(read, overrides_of_switches(passing, switch_scope::passing));
  CAF_CHECK(read.problems.empty());
  CAF_CHECK(read.values.powermetrics.enabled);
  CAF_CHECK(!read.values.sampling.elevation);
  const auto states = judge_jobs(read);
  CAF_CHECK_EQUAL(states.at(index_of("sampler")).why, "until the daemon ends");
  CAF_CHECK_EQUAL(states.at(index_of("elevated")).why, "kept");
  CAF_CHECK(!states.at(index_of("elevated")).on);
}

CAF_TEST(a switch to what holds at the next start anyway does not end with the daemon) {
  job_switches kept, passing;
  kept.on[index_of("elevated")] = false;
  passing.on[index_of("sampler")] = true;
  passing.on[index_of("elevated")] = false;
  settings_read at_next_start;
  override_settings(at_next_start, overrides_of_switches(kept, switch_scope::kept));
  auto read = at_next_start;
  override_settings(read, overrides_of_switches(passing, switch_scope::passing));
  const auto states = judge_jobs(read, at_next_start);
  CAF_CHECK_EQUAL(states.at(index_of("sampler")).why, "");
  CAF_CHECK_EQUAL(states.at(index_of("elevated")).why, "kept");
  CAF_CHECK_EQUAL(switched_in_words({"sampler"}, true, at_next_start), "sampler is on, also after a restart");
  CAF_CHECK_EQUAL(switched_in_words({"sampler", "captures"}, false, at_next_start),
                  "sampler and captures are off until the daemon ends; --keep makes them stay");
  CAF_CHECK_EQUAL(switched_in_words({"sampler", "elevated"}, true, at_next_start),
                  "sampler is on, also after a restart; elevated is on until the daemon ends; --keep makes it stay");
}

CAF_TEST_FIXTURE_SCOPE_END()
