#define CAF_SUITE recordings

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/decoded_stream.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/recorded_values.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

// What real recordings say, field by field (support/recorded_values.hpp), and what an earlier design assumed
// that powermetrics says. Each such assumption has a test here that fails where it is made:
//
//   assumed                                    the test
//   cpus[].idle_percent                        a cpu has its idle ratio and no percentage
//   gpu.busy_percent and gpu/busy_ratio        a gpu has its idle ratio and never how busy it is
//   processor.cpu_thermal_level as °C          a thermal level is no temperature
//   processor.package_idle_residency           a package has no idle residency
//   throttled in Moderate Heavy Critical …     trapping throttles and critical does not exist
//   clusters/*/cpu_power                       power is the processors and in milliwatts
//   tasks[].disk_bytes_read_per_s              a task has its disk traffic as diskio
//   tasks[].coalition_id                       a task belongs to the coalition that it stands in
//   CPU frequency hidden on Apple Silicon      the frequency of apple silicon is not hidden
//   energies in µJ                             energy is in millijoules
//   no thermal_pressure is Nominal             a thermal sampler that is off does not say nominal
//   a NUL after each document                  a document needs no NUL behind it and none may be in front …
//   tailspin save -o PATH                      system.mac_stand_ins: the other stand ins take only what …

namespace {

using number = std::optional<double>;

/// The files' own numbers have six digits.
bool agree(number value, number expected, double tolerance = 2e-5) {
  if (!value || !expected)
    return value.has_value() == expected.has_value();
  return std::abs(*value - *expected) <= tolerance * std::max(1.0, std::abs(*expected));
}

bool agree(const std::vector<task_sample>& tasks, number task_sample::*field, const task_sum& expected) {
  std::size_t count = 0;
  double sum = 0;
  for (const auto& task : tasks)
    if (task.*field) {
      ++count;
      sum += *(task.*field);
    }
  // Of births, whose sum is large, a millisecond counts.
  const auto tolerance = field == &task_sample::started ? 1e-13 : 2e-5;
  return count == expected.count && agree(sum, expected.sum, tolerance);
}

power_sample said(const std::string& entries) {
  return sample_decoder{}.decode(second_document(entries)).sample.value();
}

power_sample said_of_cpu(const std::string& entries) {
  return said(plist_dict("processor",
                         plist_array("clusters", plist_dict(plist_array("cpus", plist_dict(entries))))));
}

task_sample said_of_task(const std::string& entries) {
  return said(plist_array("tasks", plist_task(1, "a", "1", entries))).tasks.at(0);
}

} // namespace

CAF_TEST(every field that is used says what the recording says) {
  for (const std::string recording :
       {intel_recording, m1_pro_recording, m4_max_recording, m4_gpu_recording, m1_recording}) {
    std::vector<power_sample> samples;
    PMACTOR_WITH_RECORDING(recording)
      samples = samples_of(*stream);
    std::size_t rows = 0;
    for (const auto& row : recorded_documents()) {
      if (samples.empty() || row.recording != recording)
        continue;
      CAF_MESSAGE(recording << " document " << row.index + 1);
      CAF_REQUIRE_EQUAL(samples.size(), row.documents);
      CAF_REQUIRE_EQUAL(rows++, row.index); // no document without its row
      const auto& x = samples[row.index];
      CAF_CHECK(x.elapsed == row.elapsed);
      CAF_CHECK(x.timestamp == row.timestamp);
      CAF_CHECK_EQUAL(x.hw_model, row.model);
      CAF_CHECK(agree(x.cpu_pct, row.cpu_pct));
      CAF_CHECK(agree(x.cpu_freq_mhz, row.cpu_freq_mhz));
      CAF_CHECK(agree(x.power_w, row.power_w));
      CAF_CHECK(agree(x.gpu_pct, row.gpu_pct));
      CAF_CHECK(agree(x.disk_read, row.disk_read));
      CAF_CHECK(agree(x.disk_write, row.disk_write));
      CAF_CHECK(agree(x.net_sent, row.net_sent));
      CAF_CHECK(agree(x.net_recv, row.net_recv));
      CAF_CHECK(x.pressure == row.pressure);
      CAF_CHECK(x.throttled == row.throttled);
      CAF_CHECK(!x.cpu_temp_c); // Apple Silicon has none, and the Intel one was not asked
      CAF_CHECK(agree(x.all_tasks ? x.all_tasks->cpu_pct : std::nullopt, row.all_tasks_pct));
      CAF_REQUIRE_EQUAL(x.tasks.size(), row.tasks.count);
      std::int64_t pids = 0;
      std::size_t name_bytes = 0, coalition_bytes = 0;
      for (const auto& task : x.tasks) {
        pids += task.pid;
        name_bytes += task.name.size();
        coalition_bytes += task.coalition.size();
        CAF_CHECK(!task.mem_bytes && !task.state && task.waits_in.empty()); // of our own sampler only
      }
      CAF_CHECK_EQUAL(pids, row.tasks.pids);
      CAF_CHECK_EQUAL(name_bytes, row.tasks.name_bytes);
      CAF_CHECK_EQUAL(coalition_bytes, row.tasks.coalition_bytes);
      CAF_CHECK(agree(x.tasks, &task_sample::cpu_pct, row.tasks.cpu_pct));
      CAF_CHECK(agree(x.tasks, &task_sample::io_read, row.tasks.io_read));
      CAF_CHECK(agree(x.tasks, &task_sample::io_write, row.tasks.io_write));
      CAF_CHECK(agree(x.tasks, &task_sample::pageins, row.tasks.pageins));
      CAF_CHECK(agree(x.tasks, &task_sample::started, row.tasks.started));
      if (x.tasks.empty())
        continue;
      const auto& busiest = x.tasks.front();
      CAF_CHECK_EQUAL(busiest.pid, row.busiest.pid);
      CAF_CHECK_EQUAL(busiest.name, row.busiest.name);
      CAF_CHECK_EQUAL(busiest.coalition, row.busiest.coalition);
      CAF_CHECK(agree(busiest.cpu_pct, row.busiest.cpu_pct));
      CAF_CHECK(agree(busiest.io_read, row.busiest.io_read));
      CAF_CHECK(agree(busiest.io_write, row.busiest.io_write));
      CAF_CHECK(agree(busiest.pageins, row.busiest.pageins));
      CAF_CHECK(agree(busiest.started, row.busiest.started, 1e-13));
    }
    CAF_CHECK_EQUAL(rows, samples.size());
  }
}

CAF_TEST(the energy of a window gives its power as well) {
  // As of macOS 12 and older, which report no power. The energy is in whole mJ, so that each of the three is up
  // to 1 mJ off.
  for (const auto* recording : {m1_pro_recording, m4_max_recording, m1_recording}) {
    PMACTOR_WITH_RECORDING(recording) {
      auto older = *stream;
      for (const std::string key : {"cpu_power", "gpu_power", "ane_power", "combined_power"})
        for (auto at = older.find("<key>" + key); at != older.npos; at = older.find("<key>" + key, at))
          older[at + 5] = '-';
      const auto expected = samples_of(*stream), samples = samples_of(older);
      CAF_REQUIRE_EQUAL(samples.size(), expected.size());
      for (std::size_t i = 0; i < samples.size(); ++i) {
        CAF_REQUIRE(samples[i].power_w && expected[i].power_w);
        const auto seconds = std::chrono::duration<double>(samples[i].elapsed).count();
        CAF_CHECK(std::abs(*samples[i].power_w - *expected[i].power_w) <= 3 * 0.001 / seconds);
        CAF_CHECK(samples[i].cpu_pct == expected[i].cpu_pct);
      }
    }
  }
}

CAF_TEST(a cpu has its idle ratio and no percentage) {
  CAF_CHECK(!said_of_cpu(plist_real("idle_percent", "40")).cpu_pct);
  CAF_CHECK(agree(said_of_cpu(plist_real("idle_ratio", "0.4")).cpu_pct, 60));
  CAF_CHECK(agree(said_of_cpu(plist_real("idle_ratio", "0.002") + plist_real("down_ratio", "0.998")).cpu_pct,
                  0));
}

CAF_TEST(a gpu has its idle ratio and never how busy it is) {
  const auto gpu = [](const char* key) { return said(plist_dict("gpu", plist_real(key, "0.4"))).gpu_pct; };
  CAF_CHECK(!gpu("busy_percent"));
  CAF_CHECK(!gpu("busy_ratio"));
  CAF_CHECK(agree(gpu("idle_ratio"), 60));
}

CAF_TEST(a thermal level is no temperature) {
  CAF_CHECK(!said(plist_dict("processor", plist_real("cpu_thermal_level", "61"))).cpu_temp_c);
  CAF_CHECK(!said(plist_dict("smc", plist_real("cpu_thermal_level", "61"))).cpu_temp_c);
  CAF_CHECK(!said(plist_dict("smc", plist_real("cpu_thermal_level", "61"))).throttled);
  CAF_CHECK(agree(said(plist_dict("smc", plist_real("cpu_die", "61"))).cpu_temp_c, 61));
}

CAF_TEST(a package has no idle residency) {
  CAF_CHECK(!said(plist_dict("processor", plist_real("package_idle_residency", "0.4"))).cpu_pct);
  // What a package does report is when all of its cores rest at once: its cores are asked.
  CAF_CHECK(!said(plist_dict("processor", plist_array("packages", plist_dict(plist_real("c_state_ratio", "0.4")))))
               .cpu_pct);
  CAF_CHECK(agree(said(plist_dict("processor",
                                  plist_array("packages", plist_dict(plist_array(
                                                            "cores", plist_dict(plist_real("c_state_ratio", "0.4")))))))
                    .cpu_pct,
                  60));
}

CAF_TEST(trapping throttles and critical does not exist) {
  const auto throttled = [](const char* word) { return said(plist_string("thermal_pressure", word)).throttled; };
  CAF_CHECK(throttled("Nominal") == false);
  for (const auto* word : {"Moderate", "Heavy", "Trapping", "Sleeping"})
    CAF_CHECK(throttled(word) == true);
  for (const auto* word : {"Critical", "Serious", "Fair", "Light", ""})
    CAF_CHECK(!throttled(word));
}

CAF_TEST(a thermal sampler that is off does not say nominal) {
  CAF_CHECK(!said("").pressure);
  CAF_CHECK(!said("").throttled);
}

CAF_TEST(power is the processors and in milliwatts) {
  CAF_CHECK(!said(plist_dict("processor", plist_array("clusters", plist_dict(plist_real("cpu_power", "500")))))
               .power_w);
  CAF_CHECK(agree(said(plist_dict("processor", plist_real("cpu_power", "500"))).power_w, 0.5));
}

CAF_TEST(energy is in millijoules) {
  // In a window of one second; 3049 µJ would be 3 mW.
  CAF_CHECK(agree(said(plist_dict("processor", plist_integer("cpu_energy", 3049))).power_w, 3.049));
  CAF_CHECK(agree(said(plist_dict("processor", plist_integer("cpu_energy", 3049) + plist_integer("gpu_energy", 51)
                                                 + plist_integer("ane_energy", 100)))
                    .power_w,
                  3.2));
  // The power itself is finer. And what else is reported in energy is in none of these.
  CAF_CHECK(agree(said(plist_dict("processor", plist_integer("cpu_energy", 3049) + plist_real("cpu_power", "500")))
                    .power_w,
                  0.5));
  CAF_CHECK(!said(plist_dict("processor", plist_integer("dram_energy", 3049))).power_w);
}

CAF_TEST(a task has its disk traffic as diskio) {
  CAF_CHECK(!said_of_task(plist_real("disk_bytes_read_per_s", "5")).io_read);
  CAF_CHECK(!said_of_task(plist_real("disk_bytes_written_per_s", "5")).io_write);
  CAF_CHECK(agree(said_of_task(plist_real("diskio_bytesread_per_s", "5")).io_read, 5));
  CAF_CHECK(agree(said_of_task(plist_real("diskio_byteswritten_per_s", "5")).io_write, 5));
}

CAF_TEST(a task belongs to the coalition that it stands in) {
  CAF_CHECK_EQUAL(said_of_task(plist_integer("coalition_id", 7)).coalition, "");
  CAF_CHECK_EQUAL(said(plist_array("coalitions", plist_dict(plist_integer("id", 7) + plist_string("name", "org.app")
                                                            + plist_array("tasks", plist_task(1, "a", "1")))))
                    .tasks.at(0)
                    .coalition,
                  "org.app");
}

CAF_TEST(the frequency of apple silicon is not hidden) {
  CAF_CHECK(agree(said_of_cpu(plist_real("freq_hz", "2e9")).cpu_freq_mhz, 2000));
  // That of the GPU has the same key, and is in MHz.
  CAF_CHECK(!said(plist_dict("gpu", plist_real("freq_hz", "338"))).cpu_freq_mhz);
}

CAF_TEST(a document needs no NUL behind it and none may be in front of the next) {
  for (const auto& [behind, between] : {std::pair<std::string, std::string>{"", std::string(1, '\0')},
                                        {std::string(1, '\0'), ""},
                                        {"", ""}}) {
    document_framer framer;
    framer.append(second_document() + behind);
    CAF_CHECK(framer.next().has_value()); // at once, not with the next one
    framer.append(between + second_document());
    const auto next = framer.next();
    CAF_REQUIRE(next.has_value());
    CAF_CHECK(sample_decoder{}.decode(next->document).sample.has_value());
  }
}
