#define CAF_SUITE decode_plist_sample

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

#include "support/decoded_sample.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

std::string cpu(std::string_view idle, std::string_view more = {}) {
  return plist_dict(plist_real("idle_ratio", idle) + std::string{more});
}

/// An Apple Silicon processor of one cluster with these CPUs. Its own idle ratio is a trap.
std::string apple(const std::string& cpus) {
  return plist_dict("processor",
                    plist_array("clusters", plist_dict(plist_string("name", "S-Cluster")
                                                       + plist_real("idle_ratio", "0.9")
                                                       + plist_array("cpus", cpus))));
}

} // namespace

CAF_TEST(an empty window is a sample in which everything else is absent) {
  power_sample expected;
  expected.elapsed = 1s;
  // 20475 days (2026-01-22) and 21:07:07
  expected.timestamp = 20475 * 86400 + 21 * 3600 + 7 * 60 + 7;
  CAF_CHECK_EQUAL(to_string(sample_of("")), to_string(expected));
  CAF_CHECK(sample_of("") == expected);
}

CAF_TEST(the window and the machine are reported) {
  const auto sample = *decode(bare_document(plist_integer("elapsed_ns", 1'023'685'416)
                                            + plist_string("hw_model", "Mac16,5")))
                         .sample;
  CAF_CHECK(sample.elapsed == 1'023'685'416ns);
  CAF_CHECK_EQUAL(sample.hw_model, "Mac16,5");
  CAF_CHECK(!sample.timestamp);
}

CAF_TEST(a document that is none says why) {
  CAF_CHECK(decode("<plist><dict></plist>").damage.starts_with("it is no well-formed XML"));
  CAF_CHECK(decode("</plist>").damage.starts_with("it is no well-formed XML"));
  CAF_CHECK_EQUAL(decode("<plist><array></array></plist>").damage,
                  "it is no property list of a dictionary");
  for (const auto* elapsed : {"0", "-5", "nan", "inf", "1e30", "3.2e16", "", "ten", "12x"})
    CAF_CHECK_EQUAL(decode(bare_document(plist_real("elapsed_ns", elapsed))).damage,
                    "it does not say how long its window was (elapsed_ns)");
}

CAF_TEST(a summary since boot is in order and no sample) {
  const auto result = decode(
    bare_document("<key>is_delta</key><false/>" + plist_integer("elapsed_ns", 1)));
  CAF_CHECK_EQUAL(result.damage, "");
  CAF_CHECK(!result.sample);
}

CAF_TEST(dates that are none are absent) {
  for (const auto* date : {"", "2026-01-22", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-01-22T24:00:00Z", "2026-01-22T00:00:00+01", "xxxx-01-22T00:00:00Z",
                           "2026-01-22T00:-1:00Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z"})
    CAF_CHECK(!decode(bare_document(plist_integer("elapsed_ns", 1)
                                    + plist_entry("timestamp", "date", date)))
                 .sample->timestamp);
}

CAF_TEST(numbers may have an exponent or be none) {
  const auto read = [](const char* number) {
    return sample_of(plist_dict("disk", plist_real("rbytes_per_s", number))).disk_read;
  };
  CAF_CHECK(near(read("1.02002e+09"), 1020020000));
  CAF_CHECK(near(read(" 12.5\n"), 12.5));
  CAF_CHECK(near(read("0"), 0));
  CAF_CHECK(near(read("1e18"), 1e18));
  for (const auto* bad : {"nan", "-nan", "inf", "-inf", "nan(0x1)", "", "-1", "1.1e18", "1e400", "x", "1 2"})
    CAF_CHECK(!read(bad));
}

CAF_TEST(busy is what a cpu was neither idle nor down) {
  // (1 − 0.75) and (1 − 0.002 − 0.998), averaged
  CAF_CHECK(near(sample_of(apple(cpu("0.75") + cpu("0.002", plist_real("down_ratio", "0.998")))).cpu_pct,
                 12.5));
  CAF_CHECK(near(sample_of(apple(cpu("nan") + cpu("0.4"))).cpu_pct, 60));
  CAF_CHECK(!sample_of(apple(cpu("nan") + cpu("nan"))).cpu_pct);
  CAF_CHECK(!sample_of(apple(cpu("-7"))).cpu_pct);
  CAF_CHECK(near(sample_of(apple(cpu("1.0001"))).cpu_pct, 0));
  CAF_CHECK(!sample_of(plist_dict("processor", "")).cpu_pct);
}

CAF_TEST(frequency is the mean of the cpus that report one) {
  CAF_CHECK(near(sample_of(apple(cpu("0", plist_real("freq_hz", "2.0e+09"))
                                 + cpu("0", plist_real("freq_hz", "1.0e+09"))
                                 + cpu("1", plist_real("freq_hz", "0"))))
                   .cpu_freq_mhz,
                 1500));
  CAF_CHECK(!sample_of(apple(cpu("1", plist_real("freq_hz", "0")))).cpu_freq_mhz);
}

CAF_TEST(an intel core is busy when it is in no c state) {
  const auto core = [](const char* ratio) { return plist_dict(plist_real("c_state_ratio", ratio)); };
  const auto sample = sample_of(plist_dict(
    "processor",
    plist_real("package_watts", "5.5") + plist_real("freq_hz", "2.1e+09")
      + plist_array("packages", plist_dict(plist_real("c_state_ratio", "0.1")
                                           + plist_array("cores", core("0.8") + core("0.6"))))));
  CAF_CHECK(near(sample.cpu_pct, 30)); // (0.2 + 0.4) / 2
  CAF_CHECK(near(sample.cpu_freq_mhz, 2100));
  CAF_CHECK(near(sample.power_w, 5.5));
}

CAF_TEST(the clusters of every chip are read whatever their names) {
  const auto cluster = [](const char* name, const std::string& cpus, const std::string& more = {}) {
    return plist_dict(plist_string("name", name) + more + plist_real("idle_ratio", "0")
                      + plist_array("cpus", cpus));
  };
  // An Ultra, whose clusters count on across its two dies.
  const auto ultra = sample_of(plist_dict(
    "processor", plist_array("clusters", cluster("E0-Cluster", cpu("0.9") + cpu("0.7"))
                                           + cluster("P0-Cluster", cpu("0.5"))
                                           + cluster("P1-Cluster", cpu("0.5", plist_real("down_ratio", "0.5")))
                                           + cluster("E1-Cluster", cpu("0.8"))
                                           + cluster("P2-Cluster", cpu("1")) + cluster("P3-Cluster", cpu("0")))));
  CAF_CHECK(near(ultra.cpu_pct, 100 * (.1 + .3 + .5 + 0 + .2 + 0 + 1) / 7));
  // One that is offline lists no CPUs, and one with all of them down says so in a ratio of its own.
  const auto some = sample_of(plist_dict(
    "processor", plist_array("clusters", cluster("S-Cluster", cpu("0.4"), plist_real("online_ratio", "100"))
                                           + cluster("P-Cluster", "", plist_real("down_ratio", "1")))));
  CAF_CHECK(near(some.cpu_pct, 60));
}

CAF_TEST(values that are marked as invalid are absent) {
  const std::string invalid = "<key>invalid</key><true/>\n", valid = "<key>invalid</key><false/>\n";
  CAF_CHECK(near(sample_of(apple(cpu("0.1", invalid) + cpu("0.4", valid))).cpu_pct, 60));
  CAF_CHECK(!sample_of(apple(cpu("0.1", invalid + plist_real("freq_hz", "1e9")))).cpu_freq_mhz);
  CAF_CHECK(!sample_of(plist_dict("gpu", plist_real("idle_ratio", "0.1") + invalid)).gpu_pct);
  CAF_CHECK(near(sample_of(plist_dict("gpu", valid + plist_real("idle_ratio", "0.1"))).gpu_pct, 90));
}

CAF_TEST(a newer intel reports packages and not the share of its cores) {
  const auto core = [](const char* ratio) {
    return plist_dict(plist_integer("core", 0) + plist_real("c_state_ratio", ratio)
                      + plist_array("cpus", plist_dict(plist_real("freq_hz", "1e9"))
                                              + plist_dict(plist_real("freq_hz", "3e9"))));
  };
  // cores_active_ratio is the time in which any core was: three of four cores rest.
  const auto package = plist_dict(plist_integer("package", 0) + plist_real("c_state_ratio", "0.05")
                                  + plist_real("cores_active_ratio", "0.95") + plist_real("gpu_active_ratio", "0.3")
                                  + plist_real("cpu_watts", "9") + plist_real("gpu_watts", "1")
                                  + plist_array("cores", core("0") + core("1") + core("1") + core("1")));
  const auto sample
    = sample_of(plist_dict("processor", plist_real("package_watts", "24.5") + plist_real("package_joules", "24.6")
                                          + plist_real("freq_hz", "2.6e9") + plist_real("freq_ratio", "0.9")
                                          + plist_array("packages", package + package))
                + plist_string("thermal_pressure", "Nominal")
                + plist_dict("smc", plist_real("fan_0", "2100") + plist_real("cpu_die", "71.5")
                                      + plist_integer("cpu_thermal_level", 25) + "<key>cpu_prochot</key><false/>"));
  CAF_CHECK(near(sample.cpu_pct, 25));
  CAF_CHECK(near(sample.cpu_freq_mhz, 2600));
  CAF_CHECK(near(sample.power_w, 24.5));
  CAF_CHECK(near(sample.cpu_temp_c, 71.5));
  CAF_CHECK(sample.throttled == false);
  CAF_CHECK(!sample.gpu_pct);
}

CAF_TEST(a guest and a machine older than nehalem have no processor) {
  const auto guest = sample_of(plist_dict(
    "processor", plist_real("llc_flushed_ratio", "0") + plist_array("packages", plist_dict(""))));
  CAF_CHECK(!guest.cpu_pct);
  CAF_CHECK(!guest.power_w);
  CAF_CHECK(!sample_of("").cpu_pct);
}

CAF_TEST(power is reported in milliwatts) {
  CAF_CHECK(near(sample_of(plist_dict("processor", plist_real("combined_power", "3248.07")
                                                     + plist_real("cpu_power", "1")))
                   .power_w,
                 3.24807));
  CAF_CHECK(near(sample_of(plist_dict("processor", plist_real("cpu_power", "1500")
                                                     + plist_real("gpu_power", "500")
                                                     + plist_real("ane_power", "nan")))
                   .power_w,
                 2));
}

CAF_TEST(each thermal word has its severity and others are unknown) {
  const auto said = [](const char* word) { return sample_of(plist_string("thermal_pressure", word)); };
  CAF_CHECK(said("Nominal").pressure == thermal_pressure::nominal);
  CAF_CHECK(said("Nominal").throttled == false);
  for (const auto* word : {"Moderate", "Heavy", "Trapping", "Sleeping"}) {
    CAF_CHECK(said(word).pressure.has_value());
    CAF_CHECK_EQUAL(pmactor::to_string(*said(word).pressure), word);
    CAF_CHECK(said(word).throttled == true);
  }
  for (const auto* word : {"Critical", "Light", "", "nominal"}) {
    CAF_CHECK(!said(word).pressure);
    CAF_CHECK(!said(word).throttled);
  }
}

CAF_TEST(the system management controller reports heat and prochot) {
  const auto smc = [](const std::string& entries, const std::string& more = {}) {
    return sample_of(plist_dict("smc", entries) + more);
  };
  CAF_CHECK(near(smc(plist_real("cpu_die", "61.5")).cpu_temp_c, 61.5));
  CAF_CHECK(!smc(plist_real("cpu_die", "0")).cpu_temp_c);
  CAF_CHECK(!smc(plist_real("cpu_die", "-127")).cpu_temp_c);
  CAF_CHECK(!smc(plist_integer("cpu_thermal_level", 25)).cpu_temp_c);
  CAF_CHECK(!smc(plist_integer("cpu_thermal_level", 25)).throttled);
  CAF_CHECK(smc("<key>cpu_prochot</key><true/>").throttled == true);
  CAF_CHECK(smc("<key>cpu_prochot</key><false/>").throttled == false);
  CAF_CHECK(smc(plist_integer("cpu_prochot", 1)).throttled == true);
  CAF_CHECK(smc("<key>cpu_prochot</key><true/>", plist_string("thermal_pressure", "Nominal")).throttled
            == true);
}

CAF_TEST(a gpu is a dictionary on apple silicon and an array on intel) {
  CAF_CHECK(near(sample_of(plist_dict("gpu", plist_real("idle_ratio", "0.75"))).gpu_pct, 25));
  CAF_CHECK(!sample_of(plist_dict("gpu", plist_real("idle_ratio", "nan"))).gpu_pct);
  CAF_CHECK(near(sample_of(plist_array("GPU", plist_dict(plist_real("c_state_ratio", "0.9"))
                                                + plist_dict(plist_real("c_state_ratio", "0.2"))))
                   .gpu_pct,
                 80));
}

CAF_TEST(disk and network are bytes per second) {
  const auto sample = sample_of(
    plist_dict("disk", plist_real("rbytes_per_s", "10") + plist_real("wbytes_per_s", "20"))
    + plist_dict("network", plist_real("obyte_rate", "30") + plist_real("ibyte_rate", "40")));
  CAF_CHECK(near(sample.disk_read, 10));
  CAF_CHECK(near(sample.disk_write, 20));
  CAF_CHECK(near(sample.net_sent, 30));
  CAF_CHECK(near(sample.net_recv, 40));
}

CAF_TEST(comments and unknown keys are skipped with all that is in them) {
  const auto sample = sample_of(
    "<!-- start GPU -->\n"
    + plist_dict("sfi", plist_array("elapsed_ns", plist_dict(plist_integer("elapsed_ns", 5)
                                                             + plist_integer("pid", 3))))
    + plist_dict("misc counters", plist_integer("GPU number", 0)) + plist_string("kern_bootargs", "")
    + plist_array("tasks", plist_dict("<!-- x -->" + plist_integer("pid", 1)
                                      + plist_array("timer_wakeups", plist_dict(plist_integer("pid", 2)))
                                      + plist_string("name", "cputime_ms_per_s")
                                      + plist_real("cputime_ms_per_s", "10"))));
  CAF_CHECK(sample.elapsed == 1s);
  CAF_REQUIRE_EQUAL(sample.tasks.size(), 1u);
  CAF_CHECK_EQUAL(sample.tasks[0].pid, 1);
  CAF_CHECK_EQUAL(sample.tasks[0].name, "cputime_ms_per_s");
  CAF_CHECK(near(sample.tasks[0].cpu_pct, 1));
}

CAF_TEST(a document of nothing but brackets is refused before it takes memory) {
  std::string tags;
  for (int i = 0; i < 1'500'000; ++i)
    tags += "<a/>";
  CAF_CHECK_EQUAL(decode(second_document(tags)).damage, "it has too many elements");
}

CAF_TEST(a document nested a million deep does no harm) {
  std::string tags;
  for (int i = 0; i < 900'000; ++i)
    tags += "<a>";
  CAF_CHECK(!decode(second_document(tags)).sample);
}

CAF_TEST(a document cut or scratched at any byte is decoded or refused) {
  const auto document = second_document(
    plist_integer("kern_boottime", 1) + apple(cpu("0.5", plist_real("freq_hz", "1e9")))
    + plist_array("coalitions", plist_dict(plist_string("name", "c")
                                           + plist_array("tasks", plist_task(1, "a&amp;", "1"))))
    + plist_string("thermal_pressure", "Heavy"));
  sample_decoder decoder;
  for (std::size_t i = 0; i < document.size(); ++i) {
    CAF_CHECK(!decoder.decode(document.substr(0, i) + "</plist>").sample
              || i + 10 >= document.size()); // only the line feeds were lost
    for (const auto byte : {'\0', '<', '>', '&', '/', '\xff', '!', '?'}) {
      auto scratched = document;
      scratched[i] = byte;
      const auto result = decoder.decode(scratched);
      CAF_CHECK(!result.sample || result.damage.empty());
    }
  }
  CAF_CHECK(decoder.decode(document).sample.has_value());
}
