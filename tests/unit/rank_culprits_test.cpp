#define CAF_SUITE rank_culprits

#include "actors/flight_recorder/rank_culprits.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

const culprit_policy policy;

process_sample process(std::int64_t pid, const char* name) {
  process_sample x;
  x.pid = pid;
  x.start_time = 1000.0 + static_cast<double>(pid);
  x.name = name;
  return x;
}

struct fixture {
  scored_sample sample;
  fixture() {
    auto writer = process(1, "backup");
    writer.io_write = 298e6;
    writer.cpu_pct = 12;
    auto burner = process(2, "make");
    burner.cpu_pct = 180;
    auto hog = process(3, "browser");
    hog.mem_bytes = 6e9;
    auto stuck = process(4, "nfs");
    stuck.state = 'D';
    stuck.waits_in = "rpc_wait_bit_killable";
    auto known = process(5, "spotlight");
    known.is_suspect = true;
    auto idle = process(6, "idle");
    idle.cpu_pct = 0.3;
    sample.system.mem_total = 8e9;
    sample.processes = {idle, writer, burner, hog, stuck, known};
  }
  std::vector<std::int64_t> ranked(pause_cause cause) {
    std::vector<std::int64_t> result;
    for (const auto& x : rank_culprits(&sample, nullptr, cause, policy))
      result.push_back(x.pid);
    return result;
  }
};

using pids = std::vector<std::int64_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(rank_culprits_tests, fixture)

CAF_TEST(reasons that fit the cause come first) {
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{2, 1, 3, 4, 5}));
  CAF_CHECK_EQUAL(ranked(pause_cause::quota), ranked(pause_cause::cpu_wait));
  CAF_CHECK_EQUAL(ranked(pause_cause::io), (pids{1, 4, 2, 3, 5}));
  CAF_CHECK_EQUAL(ranked(pause_cause::memory), (pids{1, 3, 4, 2, 5}));
}

CAF_TEST(each has its reasons in numbers and its identity) {
  const auto found = rank_culprits(&sample, nullptr, pause_cause::io, policy);
  CAF_CHECK_EQUAL(found.at(0), (culprit{1, 1001.0, "backup", "wrote 298 MB/s"}));
  CAF_CHECK_EQUAL(found.at(1).reason, "in D state, in rpc_wait_bit_killable");
  CAF_CHECK_EQUAL(found.at(2).reason, "used 180 % of a CPU");
  CAF_CHECK_EQUAL(found.at(3).reason, "held 75 % of the memory");
  CAF_CHECK_EQUAL(found.at(4).reason, "suspect pattern");
}

CAF_TEST(several reasons are told together the strongest first) {
  auto& both = sample.processes[5];
  both.io_read = 9.6e6;
  both.cpu_pct = 25;
  for (const auto& x : rank_culprits(&sample, nullptr, pause_cause::io, policy))
    if (x.pid == 5) {
      CAF_CHECK_EQUAL(x.reason, "read 9.6 MB/s, used 25 % of a CPU, suspect pattern");
    }
}

CAF_TEST(nobody is accused of a sleep or of a signal) {
  CAF_CHECK(ranked(pause_cause::asleep).empty());
  CAF_CHECK(ranked(pause_cause::stopped).empty());
  CAF_CHECK(ranked(pause_cause::frozen).empty());
}

CAF_TEST(the list is bounded and the innocent are not on it) {
  for (std::int64_t i = 100; i < 150; ++i) {
    sample.processes.push_back(process(i, "burner"));
    sample.processes.back().cpu_pct = 50;
  }
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait).size(), policy.most);
  sample.processes = {process(7, "quiet"), process(-1, "DEAD_TASKS")};
  sample.processes[1].cpu_pct = 90;
  CAF_CHECK(ranked(pause_cause::unexplained).empty());
}

CAF_TEST(who was busy during it is told as such and nobody is told twice) {
  scored_sample across;
  auto burner = process(2, "make");
  burner.cpu_pct = 190;
  auto newcomer = process(7, "dd");
  newcomer.cpu_pct = 95;
  across.processes = {newcomer, burner};
  const auto found = rank_culprits(&sample, &across, pause_cause::cpu_wait, policy);
  CAF_CHECK_EQUAL(found.at(0), (culprit{2, 1002.0, "make", "used 190 % of a CPU meanwhile"}));
  CAF_CHECK_EQUAL(found.at(2), (culprit{7, 1007.0, "dd", "used 95 % of a CPU meanwhile"}));
  CAF_CHECK(rank_culprits(nullptr, nullptr, pause_cause::cpu_wait, policy).empty());
}

CAF_TEST(nobody here is accused of what the hypervisor took) {
  CAF_CHECK(ranked(pause_cause::stolen).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
