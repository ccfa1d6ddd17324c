// Real recordings of powermetrics, decoded: some numbers copied out of the files by hand.
#define CAF_SUITE decode_recordings

#include "actors/powermetrics_reader/decode_plist_sample.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "support/decoded_stream.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

bool near(std::optional<double> value, double expected) {
  return value && std::abs(*value - expected) <= 1e-9 * std::max(1.0, std::abs(expected));
}

} // namespace

CAF_TEST(the recording of an intel mac of 2014) {
  PMACTOR_WITH_RECORDING(intel_recording) {
    const auto samples = samples_of(*stream);
    CAF_REQUIRE_EQUAL(samples.size(), 9u);
    const auto& first = samples[0];
    CAF_CHECK(first.elapsed == 5'004'803'923ns);
    CAF_CHECK(first.timestamp == 1'390'346'076); // 2014-01-21T23:14:36Z
    CAF_CHECK_EQUAL(first.hw_model, "MacBookPro10,1");
    // 1 − (0.785642 + 0.899372 + 0.915416 + 0.932836) / 4
    CAF_CHECK(near(first.cpu_pct, 11.66835));
    CAF_CHECK(near(first.cpu_freq_mhz, 2114.53));
    CAF_CHECK(near(first.power_w, 5.49528));
    CAF_CHECK(near(first.gpu_pct, 100 - 99.1863));
    CAF_CHECK(near(first.disk_read, 103222));
    CAF_CHECK(near(first.disk_write, 310997));
    CAF_CHECK(near(first.net_sent, 2244.24));
    CAF_CHECK(near(first.net_recv, 1621.04));
    CAF_CHECK_EQUAL(first.tasks.size(), 74u);
    CAF_CHECK_EQUAL(first.tasks[0].name, "Google Chrome He");
    CAF_CHECK(near(first.tasks[0].cpu_pct, 5.4074));
    CAF_CHECK(!first.tasks[0].started);
    CAF_CHECK(!first.tasks[0].io_read);
    CAF_CHECK(!first.pressure);
    CAF_CHECK(!first.throttled);
    CAF_CHECK(!first.cpu_temp_c);
    CAF_CHECK(near(first.all_tasks->cpu_pct, 31.4796));
    std::chrono::nanoseconds span{};
    for (const auto& x : samples)
      span += x.elapsed;
    CAF_CHECK(span == 45'051'666'051ns);
  }
}

CAF_TEST(the recording of an m1 pro with coalitions) {
  PMACTOR_WITH_RECORDING(m1_pro_recording) {
    const auto samples = samples_of(*stream);
    CAF_REQUIRE_EQUAL(samples.size(), 29u);
    const auto& first = samples[0];
    // 1 − (.575034 + .651823 + .741488 + .239144 + .790265 + .98074 + .987823 + .999931) / 8, and not the
    // 0.0199843 idle that the busy cluster claims.
    CAF_CHECK(near(first.cpu_pct, 25.4219));
    // (1576.18 + 1587.78 + 3 × 2448.02 + 2323.49 + 2341.59 + 1043.53) / 8
    CAF_CHECK(near(first.cpu_freq_mhz, 2027.07875));
    CAF_CHECK(near(first.power_w, 2.18991));
    CAF_CHECK(near(first.gpu_pct, 23.6782));
    CAF_CHECK_EQUAL(first.tasks.size(), 25u);
    CAF_CHECK_EQUAL(first.tasks[0].name, "com.apple.Virtualization.VirtualMachine");
    CAF_CHECK_EQUAL(first.tasks[0].coalition, "com.docker.docker");
    CAF_CHECK(near(first.tasks[0].cpu_pct, 101.115));
    CAF_CHECK(near(first.tasks[0].started, 1'734'340'563 + 6339.466243221));
    CAF_CHECK_EQUAL(first.tasks[1].coalition, "com.apple.WindowServer");
    CAF_CHECK(near(first.all_tasks->cpu_pct, 205.587));
    CAF_CHECK(!first.pressure); // the sampler was not enabled, which is not the same as Nominal
    std::chrono::nanoseconds span{};
    std::size_t tasks = 0;
    for (const auto& x : samples) {
      span += x.elapsed;
      tasks += x.tasks.size();
    }
    CAF_CHECK(span == 4'037'661'364ns);
    CAF_CHECK_EQUAL(tasks, 846u);
  }
}

CAF_TEST(the recording of an m4 max with cpus that are down) {
  PMACTOR_WITH_RECORDING(m4_max_recording) {
    const auto samples = samples_of(*stream);
    CAF_REQUIRE_EQUAL(samples.size(), 1u);
    const auto& x = samples[0];
    // The ten CPUs that are up were 1 − idle busy, 1.725861 together; the six that are down add −0.0000.
    // Without their down_ratio they would read as 99.8 % busy each.
    CAF_CHECK(x.cpu_pct && std::abs(*x.cpu_pct - 10.7866) < 0.001);
    CAF_CHECK(near(x.cpu_freq_mhz, 2750.527)); // of those ten
    CAF_CHECK_EQUAL(x.tasks.size(), 105u);
    CAF_CHECK_EQUAL(x.tasks[0].name, "2.1.15");
    CAF_CHECK(near(x.tasks[0].io_write, 16004.2));
    CAF_CHECK(near(x.power_w, 3.24807));
    CAF_CHECK(near(x.gpu_pct, 12.2657));
    CAF_CHECK(x.pressure == thermal_pressure::nominal);
    CAF_CHECK(x.throttled == false);
    const auto dead = std::find_if(x.tasks.begin(), x.tasks.end(), [](auto& t) { return t.pid == -1; });
    CAF_REQUIRE(dead != x.tasks.end());
    CAF_CHECK(near(dead->cpu_pct, 1.20144));
    CAF_CHECK(!dead->started);
    CAF_CHECK(!dead->io_read);
  }
}

CAF_TEST(the recordings of an m4 pro and an m1 without tasks) {
  PMACTOR_WITH_RECORDING(m4_gpu_recording) {
    const auto samples = samples_of(*stream);
    CAF_REQUIRE_EQUAL(samples.size(), 5u);
    CAF_CHECK(near(samples[0].gpu_pct, 100 - 98.2517));
    CAF_CHECK(!samples[0].cpu_pct);
  }
  {
    PMACTOR_WITH_RECORDING(m1_recording) {
      const auto samples = samples_of(*stream);
      CAF_REQUIRE_EQUAL(samples.size(), 1u);
      CAF_CHECK(near(samples[0].cpu_pct, 4.5144875));
      CAF_CHECK(near(samples[0].cpu_freq_mhz, 1038.03125));
      CAF_CHECK(near(samples[0].power_w, 0.0594301));
      CAF_CHECK(samples[0].pressure == thermal_pressure::nominal);
    }
  }
}
