#define CAF_SUITE write_plist

#include "app/sampler/write_plist.hpp"

#include <limits>
#include <pugixml.hpp>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// The value that follows a key in a dictionary; an empty node if there is no such key.
pugi::xml_node value_of(pugi::xml_node dict, const std::string& key) {
  return dict.find_child([&](pugi::xml_node x) {
    return std::string{x.name()} == "key" && x.text().get() == key;
  }).next_sibling();
}

std::string text_of(pugi::xml_node dict, const std::string& key) {
  return value_of(dict, key).text().get();
}

struct fixture {
  sample_window x;
  host_facts facts;
  process_reading process;
  std::string text;
  pugi::xml_document document;

  fixture() {
    facts.hw_model = "Test & Sons";
    facts.os_version = "6.1.0";
    process.pid = 4711;
    process.started_ticks = 3426;
    process.name = "bash";
    process.state = 'R';
    x.at = {100s, 100s, 1769116027s + 900ms};
    x.elapsed = 2s;
    x.awake = 2s;
    x.boot_time = 1768975932;
    x.all_tasks.interval = 2s;
    x.all_tasks.cpu = 300ms;
    add_task();
  }
  void add_task() {
    task_window task;
    task.process = &process;
    task.interval = 2s;
    task.cpu = 300ms;
    task.user_ratio = 0.25;
    task.pageins = 3;
    x.tasks.push_back(task);
  }
  pugi::xml_node write(task_grouping grouping = task_grouping::none) {
    text.clear();
    write_plist(x, facts, grouping, text);
    const auto parsed = document.load_string(text.c_str(), pugi::parse_full);
    CAF_REQUIRE(parsed);
    return document.child("plist").child("dict");
  }
  pugi::xml_node first_task() {
    return value_of(write(), "tasks").child("dict");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(write_plist_tests, fixture)

CAF_TEST(the bytes around a document are those of powermetrics) {
  const auto root = write();
  CAF_CHECK(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                             "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                             "<plist version=\"1.0\">\n<dict>\n<key>is_delta</key><true/>\n"
                             "<key>elapsed_ns</key><integer>2000000000</integer>\n"));
  CAF_CHECK(text.ends_with("</dict>\n</dict>\n</plist>\n")
            || text.ends_with("</dict>\n</plist>\n"));
  CAF_CHECK_EQUAL(text.find('\0'), std::string::npos);
  CAF_CHECK_EQUAL(text_of(root, "hw_model"), "Test & Sons");
  CAF_CHECK_EQUAL(text_of(root, "kern_osversion"), "6.1.0");
  CAF_CHECK_EQUAL(text_of(root, "kern_boottime"), "1768975932");
  CAF_CHECK_EQUAL(text_of(root, "timestamp"), "2026-01-22T21:07:07Z");
  CAF_CHECK_EQUAL(text_of(root, "pmactor_awake_ns"), "2000000000");
}

CAF_TEST(a task has its rates) {
  process.resident_pages = 10;
  x.tasks[0].interval = 1s; // it was born in the middle
  x.tasks[0].io = process_io{4096, 100};
  const auto task = first_task();
  CAF_CHECK_EQUAL(text_of(task, "pid"), "4711");
  CAF_CHECK_EQUAL(text_of(task, "name"), "bash");
  CAF_CHECK_EQUAL(text_of(task, "started_abstime_ns"), "34260000000");
  CAF_CHECK_EQUAL(text_of(task, "interval_ns"), "1000000000");
  CAF_CHECK_EQUAL(text_of(task, "cputime_ns"), "300000000");
  CAF_CHECK_EQUAL(text_of(task, "cputime_ms_per_s"), "300");
  CAF_CHECK_EQUAL(text_of(task, "cputime_sample_ms_per_s"), "150");
  CAF_CHECK_EQUAL(text_of(task, "cputime_userland_ratio"), "0.25");
  CAF_CHECK_EQUAL(text_of(task, "diskio_bytesread"), "4096");
  CAF_CHECK_EQUAL(text_of(task, "diskio_bytesread_per_s"), "4096");
  CAF_CHECK_EQUAL(text_of(task, "diskio_byteswritten"), "100");
  CAF_CHECK_EQUAL(text_of(task, "diskio_byteswritten_per_s"), "100");
  CAF_CHECK_EQUAL(text_of(task, "pageins"), "3");
  CAF_CHECK_EQUAL(text_of(task, "pageins_per_s"), "3");
  CAF_CHECK_EQUAL(text_of(task, "pmactor_rss_bytes"), "40960");
  CAF_CHECK_EQUAL(text_of(task, "pmactor_state"), "R");
}

CAF_TEST(an upper bound is marked as one) {
  x.tasks[0].io = process_io{4096, 100};
  CAF_CHECK(!value_of(first_task(), "pmactor_io_bounded"));
  x.tasks[0].is_io_bounded = true;
  CAF_CHECK_EQUAL(std::string{value_of(first_task(), "pmactor_io_bounded").name()}, "true");
}

CAF_TEST(where a process waits is written) {
  process.state = 'D';
  process.waits_in = "io_schedule";
  CAF_CHECK_EQUAL(text_of(first_task(), "pmactor_wchan"), "io_schedule");
}

CAF_TEST(what is absent has no key) {
  const auto task = first_task();
  for (const char* key : {"diskio_bytesread", "diskio_bytesread_per_s", "diskio_byteswritten",
                          "pmactor_rss_bytes", "pmactor_cgroup", "pmactor_wchan"})
    CAF_CHECK(!value_of(task, key));
  facts.hw_model.clear();
  const auto root = write();
  for (const char* key : {"hw_model", "disk", "network", "processor", "thermal_pressure", "gpu", "smc",
                          "coalitions"})
    CAF_CHECK(!value_of(root, key));
}

CAF_TEST(a name may hold any byte and the document stays well formed) {
  const std::pair<std::string, std::string> names[] = {
    {"<b>&\"'", "<b>&\"'"},
    {"]]></string>", "]]></string>"},
    {"a\nb\tc\x01\x1f", "a\uFFFDb\uFFFDc\uFFFD\uFFFD"},
    {"\xff\xc3(\xe2\x82", "\uFFFD\uFFFD(\uFFFD\uFFFD"},
    {"\xc0\xaf\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},  // overlong, surrogate
    {"\xef\xbf\xbe\xf5\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"}, // no characters
    {"\xf0\x80\x80\xaf", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"écran 画面 \xf0\x9f\x98\x80", "écran 画面 \xf0\x9f\x98\x80"},
    {std::string{"nul\0l", 5}, "nul\uFFFDl"},
    {"", ""},
  };
  for (const auto& [raw, shown] : names) {
    process.name = raw;
    CAF_CHECK_EQUAL(text_of(first_task(), "name"), shown);
  }
}

CAF_TEST(the dead come last in the list and all tasks on their own) {
  x.dead_tasks.emplace();
  x.dead_tasks->interval = 2s;
  x.dead_tasks->cpu = 12ms;
  const auto root = write();
  const auto dead = value_of(root, "tasks").last_child();
  CAF_CHECK_EQUAL(text_of(dead, "pid"), "-1");
  CAF_CHECK_EQUAL(text_of(dead, "name"), "DEAD_TASKS");
  CAF_CHECK_EQUAL(text_of(dead, "cputime_ms_per_s"), "6");
  CAF_CHECK(!value_of(dead, "diskio_bytesread"));
  CAF_CHECK(!value_of(dead, "pmactor_state"));
  const auto all = value_of(root, "all_tasks");
  CAF_CHECK_EQUAL(text_of(all, "pid"), "-2");
  CAF_CHECK_EQUAL(text_of(all, "name"), "ALL_TASKS");
  CAF_CHECK_EQUAL(text_of(all, "cputime_ns"), "300000000");
}

CAF_TEST(coalitions are cgroups with their sums and replace the tasks) {
  process_reading other = process, loner = process;
  other.pid = 12;
  loner.pid = 13;
  process.cgroup = other.cgroup
    = std::make_shared<cgroup_place>(cgroup_place{"/system.slice/<a>.service", 99});
  add_task();
  x.tasks[1].process = &loner;
  add_task();
  x.tasks[2].process = &other;
  x.tasks[0].io = process_io{10, 1};
  x.tasks[2].io = process_io{20, 2};
  const auto root = write(task_grouping::coalitions);
  CAF_CHECK(!value_of(root, "tasks"));
  const auto unknown = value_of(root, "coalitions").first_child();
  CAF_CHECK_EQUAL(text_of(unknown, "name"), "");
  CAF_CHECK(!value_of(unknown, "diskio_bytesread")); // its member's is unknown
  const auto service = unknown.next_sibling();
  CAF_CHECK_EQUAL(text_of(service, "id"), "99");
  CAF_CHECK_EQUAL(text_of(service, "name"), "/system.slice/<a>.service");
  CAF_CHECK_EQUAL(text_of(service, "cputime_ns"), "600000000");
  CAF_CHECK_EQUAL(text_of(service, "diskio_bytesread"), "30");
  CAF_CHECK_EQUAL(text_of(service, "diskio_byteswritten"), "3");
  CAF_CHECK_EQUAL(text_of(service, "pageins"), "6");
  const auto members = value_of(service, "tasks");
  CAF_CHECK_EQUAL(text_of(members.first_child(), "pid"), "4711");
  CAF_CHECK_EQUAL(text_of(members.last_child(), "pid"), "12");
  CAF_CHECK_EQUAL(text_of(members.last_child(), "pmactor_cgroup"), "/system.slice/<a>.service");
  CAF_CHECK(!service.next_sibling());
}

CAF_TEST(the CPUs of equal strength are one cluster) {
  x.cpus = {{0, 1024, 0.5, std::nullopt, 1.5e9}, {1, 1024, 0.7, 0.1, 2.5e9}, {2, 1024, {}, {}, {}}};
  const auto clusters = value_of(value_of(write(), "processor"), "clusters");
  const auto cluster = clusters.first_child();
  CAF_CHECK_EQUAL(text_of(cluster, "name"), "CPU-Cluster");
  CAF_CHECK_EQUAL(text_of(cluster, "freq_hz"), "2e+09");
  CAF_CHECK_EQUAL(text_of(cluster, "idle_ratio"), "0.6");
  CAF_CHECK_EQUAL(text_of(cluster, "down_ratio"), "0.05");
  const auto cpus = value_of(cluster, "cpus");
  const auto first = cpus.first_child();
  CAF_CHECK_EQUAL(text_of(first, "cpu"), "0");
  CAF_CHECK_EQUAL(text_of(first, "freq_hz"), "1.5e+09");
  CAF_CHECK_EQUAL(text_of(first, "idle_ns"), "1000000000");
  CAF_CHECK_EQUAL(text_of(first, "idle_ratio"), "0.5");
  CAF_CHECK(!value_of(first, "down_ratio"));
  CAF_CHECK_EQUAL(text_of(first.next_sibling(), "down_ratio"), "0.1");
  CAF_CHECK(!value_of(cpus.last_child(), "idle_ratio"));
  CAF_CHECK(!value_of(cpus.last_child(), "freq_hz"));
  x.cpus[2].capacity = 512;
  const auto two = value_of(value_of(write(), "processor"), "clusters");
  CAF_CHECK_EQUAL(text_of(two.first_child(), "name"), "CPU512-Cluster");
  CAF_CHECK_EQUAL(text_of(two.last_child(), "name"), "CPU1024-Cluster");
}

CAF_TEST(disk and network and heat and GPU are as powermetrics has them) {
  x.disk = device_traffic{4096, 8192, 2, 4};
  x.network = device_traffic{1000, 2000, 10, 20};
  x.pressure = thermal_pressure::moderate;
  x.gpu_busy = 0.25;
  x.cpu_die_c = 61.5;
  const auto root = write();
  const auto disk = value_of(root, "disk");
  CAF_CHECK_EQUAL(text_of(disk, "rops_diff"), "2");
  CAF_CHECK_EQUAL(text_of(disk, "rops_per_s"), "1");
  CAF_CHECK_EQUAL(text_of(disk, "rbytes_diff"), "4096");
  CAF_CHECK_EQUAL(text_of(disk, "rbytes_per_s"), "2048");
  CAF_CHECK_EQUAL(text_of(disk, "wops_per_s"), "2");
  CAF_CHECK_EQUAL(text_of(disk, "wbytes_per_s"), "4096");
  const auto network = value_of(root, "network");
  CAF_CHECK_EQUAL(text_of(network, "ibytes"), "1000");
  CAF_CHECK_EQUAL(text_of(network, "ibyte_rate"), "500");
  CAF_CHECK_EQUAL(text_of(network, "obyte_rate"), "1000");
  CAF_CHECK_EQUAL(text_of(network, "ipacket_rate"), "5");
  CAF_CHECK_EQUAL(text_of(network, "opacket_rate"), "10");
  CAF_CHECK_EQUAL(text_of(root, "thermal_pressure"), "Moderate");
  CAF_CHECK_EQUAL(text_of(value_of(root, "gpu"), "idle_ratio"), "0.75");
  CAF_CHECK_EQUAL(text_of(value_of(root, "smc"), "cpu_die"), "61.5");
}

CAF_TEST(what is not a number is not written) {
  x.cpu_die_c = std::numeric_limits<double>::quiet_NaN();
  CAF_CHECK(!value_of(value_of(write(), "smc"), "cpu_die"));
}

CAF_TEST_FIXTURE_SCOPE_END()
