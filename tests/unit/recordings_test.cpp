#define CAF_SUITE recordings

#include "actors/powermetrics_reader/decode_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

// What real recordings say, field by field: the numbers are those in the files, the arithmetic is ours.

namespace {

constexpr auto absent = std::nullopt;
using number = std::optional<double>;

struct expectation {
  const char* recording;
  std::size_t documents; ///< In all of the recording.
  std::size_t index;     ///< Of the one that follows.
  std::chrono::nanoseconds elapsed;
  std::int64_t timestamp;
  const char* model;
  number cpu_pct, cpu_freq_mhz, power_w, gpu_pct;
  number disk_read, disk_write, net_sent, net_recv;
  std::optional<thermal_pressure> pressure;
  std::optional<bool> throttled;
  std::size_t tasks;
  number all_tasks_pct;
};

const std::vector<expectation>& table() {
  static const std::vector<expectation> rows = {
    // Intel: busy is 1 − a core's c_state_ratio; the four cores averaged. The processor's freq_hz. GPU[]
    // by its c_state_ratio. cputime_ms_per_s / 10 is a percentage.
    {intel_recording, 9, 0, 5'004'803'923ns, 1'390'346'076, "MacBookPro10,1",
     100 * (4 - (.785642 + .899372 + .915416 + .932836)) / 4, 2.11453e9 / 1e6, 5.49528,
     100 * (1 - .991863), 103222, 310997, 2244.24, 1621.04, absent, absent, 74, 314.796 / 10},
    {intel_recording, 9, 8, 5'005'983'051ns, 1'390'346'116, "MacBookPro10,1",
     100 * (4 - (.86201 + .927604 + .950787 + .959083)) / 4, 1.81222e9 / 1e6, 4.27894,
     100 * (1 - .998618), 0, 20455.5, 740.913, 655.016, absent, absent, 0, absent},
    // M1 Pro: each CPU's idle_ratio, not the 0.0199843 of the busy cluster. Power in mW: 2092.08 of the CPU,
    // 97.8311 of the GPU, 0 of the ANE, which `combined_power` adds up. Coalitions' tasks are counted.
    {m1_pro_recording, 29, 0, 132'882'041ns, 1'735'220'024, "MacBookPro18,3",
     100 * (8 - (.575034 + .651823 + .741488 + .239144 + .790265 + .98074 + .987823 + .999931)) / 8,
     (1576.18 + 1587.78 + 3 * 2448.02 + 2323.49 + 2341.59 + 1043.53) / 8, 2189.91 / 1000,
     100 * (1 - .763218), 0, 0, 0, 0, absent, absent, 25, 2055.87 / 10},
    {m1_pro_recording, 29, 5, 143'010'791ns, 1'735'220'025, "MacBookPro18,3", absent, absent,
     3335.41 / 1000, absent, 0, 0, 14991.9, 14991.9, absent, absent, 0, absent},
    // M4 Max: busy is 1 − idle_ratio − down_ratio. Ten CPUs are up; the six that are down by 0.9975 are idle
    // for the rest, so they add nothing, and have no frequency.
    {m4_max_recording, 1, 0, 1'023'685'416ns, 1'769'116'027, "Mac16,5",
     100
       * (10
          - (.680539 + .728357 + .804288 + .863708 + .843608 + .820516 + .772986 + .916664 + .894967
             + .948506))
       / 16,
     (1156.61 + 1171.16 + 1182.07 + 1225.62 + 3705.36 + 3786.75 + 3818.9 + 3661.51 + 3745.45 + 4051.84) / 10,
     3248.07 / 1000, 100 * (1 - .877343), 56017.2, 32009.8, absent, absent, thermal_pressure::nominal,
     false, 105, 1542.22 / 10},
    // M4 Pro, asked for its GPU alone.
    {m4_gpu_recording, 5, 0, 5'004'758'375ns, 1'751'778'915, "Mac16,8", absent, absent, absent,
     100 * (1 - .982517), absent, absent, absent, absent, absent, absent, 0, absent},
    {m4_gpu_recording, 5, 4, 5'009'178'500ns, 1'751'778'936, "Mac16,8", absent, absent, absent,
     100 * (1 - .960673), absent, absent, absent, absent, absent, absent, 0, absent},
    // M1, without tasks. 44.0773 mW of the CPU and 15.3528 of the GPU.
    {m1_recording, 1, 0, 2'019'178'750ns, 1'680'355'116, "MacBookPro17,1",
     100 * (8 - (.907821 + .907626 + .906645 + .946967 + .988368 + .989273 + .99688 + .995261)) / 8,
     (1046.15 + 1057.48 + 1084.65 + 1010.65 + 1026.43 + 1030.07 + 1033.73 + 1015.09) / 8,
     (44.0773 + 15.3528) / 1000, 100 * (1 - .983341), absent, absent, absent, absent,
     thermal_pressure::nominal, false, 0, absent},
  };
  return rows;
}

/// The files' own numbers have six digits.
bool agree(number value, number expected) {
  if (!value || !expected)
    return value.has_value() == expected.has_value();
  return std::abs(*value - *expected) <= 2e-5 * std::max(1.0, std::abs(*expected));
}

} // namespace

CAF_TEST(every field that is used says what the recording says) {
  for (const auto& row : table()) {
    PMACTOR_WITH_RECORDING(row.recording) {
      document_framer framer;
      sample_decoder decoder;
      framer.append(*stream);
      std::vector<power_sample> samples;
      while (const auto piece = framer.next()) {
        auto decoded = decoder.decode(piece->document);
        CAF_REQUIRE(decoded.sample.has_value());
        samples.push_back(std::move(*decoded.sample));
      }
      CAF_MESSAGE(row.recording << " document " << row.index + 1);
      CAF_REQUIRE_EQUAL(samples.size(), row.documents);
      const auto& x = samples[row.index];
      const bool is_whole = row.index == 0 || row.cpu_pct || row.tasks > 0; // else the row tells less
      CAF_CHECK(x.elapsed == row.elapsed);
      CAF_CHECK(x.timestamp == row.timestamp);
      CAF_CHECK_EQUAL(x.hw_model, row.model);
      CAF_CHECK(agree(x.power_w, row.power_w));
      CAF_CHECK(agree(x.disk_read, row.disk_read));
      CAF_CHECK(agree(x.disk_write, row.disk_write));
      CAF_CHECK(agree(x.net_sent, row.net_sent));
      CAF_CHECK(agree(x.net_recv, row.net_recv));
      CAF_CHECK(x.pressure == row.pressure);
      CAF_CHECK(x.throttled == row.throttled);
      CAF_CHECK(!x.cpu_temp_c); // Apple Silicon has none, and the Intel one was not asked
      if (is_whole) {
        CAF_CHECK(agree(x.cpu_pct, row.cpu_pct));
        CAF_CHECK(agree(x.cpu_freq_mhz, row.cpu_freq_mhz));
        CAF_CHECK(agree(x.gpu_pct, row.gpu_pct));
      }
      if (row.index == 0) {
        CAF_CHECK_EQUAL(x.tasks.size(), row.tasks);
        CAF_CHECK(agree(x.all_tasks ? x.all_tasks->cpu_pct : absent, row.all_tasks_pct));
      }
    }
  }
}

CAF_TEST(a task is told as the recording has it) {
  PMACTOR_WITH_RECORDING(m4_max_recording) {
    document_framer framer;
    framer.append(*stream);
    const auto sample = sample_decoder{}.decode(framer.next()->document).sample.value();
    const auto& task = sample.tasks.at(0);
    CAF_CHECK_EQUAL(task.name, "2.1.15");
    // By its own interval: 645 636 291 ns / 1 023 728 125 ns; the sample's would make it 630.698 ms/s.
    CAF_CHECK(agree(task.cpu_pct, 100 * 645'636'291.0 / 1'023'728'125));
    // kern_boottime and started_abstime_ns
    CAF_CHECK(task.started && std::abs(*task.started - (1'768'975'932 + 3'255.466'108'566)) < 1e-3);
  }
}

CAF_TEST(keys that an earlier design assumed tell nothing and the real ones do) {
  const auto said = [](const std::string& entries) {
    return sample_decoder{}.decode(second_document(entries)).sample.value();
  };
  const auto cpu = [&](const std::string& entries) {
    return said(plist_dict("processor",
                           plist_array("clusters", plist_dict(plist_array("cpus", plist_dict(entries))))))
      .cpu_pct;
  };
  CAF_CHECK(!cpu(plist_real("idle_percent", "40")));
  CAF_CHECK(agree(cpu(plist_real("idle_ratio", "0.4")), 60));
  const auto gpu = [&](const char* key) { return said(plist_dict("gpu", plist_real(key, "0.4"))).gpu_pct; };
  CAF_CHECK(!gpu("busy_percent"));
  CAF_CHECK(!gpu("busy_ratio"));
  CAF_CHECK(agree(gpu("idle_ratio"), 60));
  CAF_CHECK(!said(plist_dict("processor", plist_real("cpu_thermal_level", "61"))).cpu_temp_c);
  CAF_CHECK(!said(plist_dict("smc", plist_real("cpu_thermal_level", "61"))).cpu_temp_c);
  CAF_CHECK(agree(said(plist_dict("smc", plist_real("cpu_die", "61"))).cpu_temp_c, 61));
  CAF_CHECK(!said(plist_dict("processor", plist_real("package_idle_residency", "0.4"))).cpu_pct);
  // Severity: the kernel's own words, of which one was missing and one does not exist.
  CAF_CHECK(said(plist_string("thermal_pressure", "Trapping")).throttled == true);
  CAF_CHECK(!said(plist_string("thermal_pressure", "Critical")).throttled);
  CAF_CHECK(!said("").pressure); // the sampler is off, which is not Nominal
  // Power is the processor's, not a cluster's, and in mW; energy is another thing, in mJ.
  CAF_CHECK(!said(plist_dict("processor",
                             plist_array("clusters", plist_dict(plist_real("cpu_power", "500")))
                               + plist_integer("cpu_energy", 3049)))
               .power_w);
  CAF_CHECK(agree(said(plist_dict("processor", plist_real("cpu_power", "500"))).power_w, 0.5));
  const auto task = [&](const std::string& entries) {
    return said(plist_array("tasks", plist_task(1, "a", "1", entries))).tasks.at(0);
  };
  CAF_CHECK(!task(plist_real("disk_bytes_read_per_s", "5")).io_read);
  CAF_CHECK(!task(plist_real("disk_bytes_written_per_s", "5")).io_write);
  CAF_CHECK(agree(task(plist_real("diskio_bytesread_per_s", "5")).io_read, 5));
  CAF_CHECK(agree(task(plist_real("diskio_byteswritten_per_s", "5")).io_write, 5));
  CAF_CHECK_EQUAL(task(plist_integer("coalition_id", 7)).coalition, "");
  const auto frequency = said(plist_dict(
    "processor",
    plist_array("clusters", plist_dict(plist_array("cpus", plist_dict(plist_real("freq_hz", "2e9")))))));
  CAF_CHECK(agree(frequency.cpu_freq_mhz, 2000)); // which is not hidden
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
