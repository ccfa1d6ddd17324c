#define CAF_SUITE describe_evidence

#include "actors/forensics_supervisor/describe_evidence.hpp"

#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const std::string evil = "\"; rm -rf ~ #) R 1\n\x1b[31m<b>&\xff";

std::string stat_line(const std::string& name) {
  return "42 (" + name + ") D 7 42 42 0 -1 4194304 100 0 9 0 150 50 0 0 20 0 3 0 12345 1000000 25 "
         "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";
}

std::string words(const std::vector<finding>& found) {
  std::string result;
  for (const auto& x : found)
    result += x.text + '|';
  return result;
}

} // namespace

CAF_TEST(a process is read whatever its name holds) {
  captured_process x;
  CAF_CHECK(parse_stat(stat_line("a) S 1 (b"), {}, x));
  CAF_CHECK_EQUAL(x.name, "a) S 1 (b");
  CAF_CHECK_EQUAL(x.pid, 42);
  CAF_CHECK_EQUAL(x.parent, 7);
  CAF_CHECK_EQUAL(x.state, 'D');
  CAF_CHECK_EQUAL(x.cpu, 2.0);
  CAF_CHECK_EQUAL(x.faults, 9u);
  CAF_CHECK_EQUAL(x.threads, 3u);
  CAF_CHECK_EQUAL(x.start_ticks, 12345u);
  CAF_CHECK_EQUAL(x.memory, 25u * 4096u);
  for (const std::string broken : {"", "(", ")(", "42 (a)", "42 (a) D 7", "x (a) D"})
    CAF_CHECK(!parse_stat(broken, {}, x));
}

CAF_TEST(hostile names are harmless in every file) {
  captured_process x;
  CAF_REQUIRE(parse_stat(stat_line(evil), {}, x));
  x.group = evil;
  x.write_rate = 298e6;
  const auto parsed = nlohmann::json::parse(processes_json({x}, {}, 300ms));
  CAF_CHECK_EQUAL(parsed["processes"][0]["state"], "D");
  CAF_CHECK(parsed["processes"][0]["read"].is_null());
  std::string all = processes_json({x}, {}, 300ms) + stacks_text({{42, 43, evil, evil, evil + '\n' + evil}}, evil)
                    + command_lines_json({{42, 1, evil + '\0' + evil}}) + pressure_json({{evil, "io", {}, {}}})
                    + mounts_json({{evil, evil, evil}}) + words(find_in_processes({x}, 1))
                    + words(find_in_stacks({{42, 43, evil, evil, ""}}, 1))
                    + kernel_log_text({{1s, 6, evil}}, {}) + words(find_in_mounts({{evil, evil, "ext4", 100, 0, 0}}));
  for (const char c : all)
    CAF_CHECK((static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') || c == '\n');
  const auto lines = nlohmann::json::parse(command_lines_json({{42, 1, std::string{"-n\0\"; rm", 7}}}));
  CAF_CHECK_EQUAL(lines[0]["words"], (std::vector<std::string>{"-n", "\"; r"}));
  CAF_CHECK(nlohmann::json::accept(mounts_json({{evil, evil, evil}})));
  CAF_CHECK(nlohmann::json::accept(pressure_json({{evil, "io", {}, {}}})));
}

CAF_TEST(the busy and the stuck are named) {
  captured_process stuck, writer, worker;
  stuck.name = "jbd2";
  stuck.state = 'D';
  writer.pid = 8;
  writer.name = "tar";
  writer.write_rate = 298e6;
  worker.pid = 9;
  worker.name = "cc1plus";
  worker.cpu_pct = 98;
  CAF_CHECK_EQUAL(words(find_in_processes({stuck, writer, worker}, 1)),
                  "1 process was waiting for a device right after: jbd2.|tar (pid 8) was writing 298 MB/s "
                  "right after.|cc1plus (pid 9) used 98 % of a CPU right after.|");
  CAF_CHECK_EQUAL(words(find_in_processes({}, 1)), "");
  // The daemon that captures is busy with just that.
  CAF_CHECK_EQUAL(words(find_in_processes({worker}, worker.pid)), "");
  CAF_CHECK_EQUAL(words(find_in_stacks({{9, 9, "pmactor", "folio_wait_bit", ""}}, 9)), "");
}

CAF_TEST(the group of a process is the unified one or the longest) {
  CAF_CHECK_EQUAL(parse_group("4:cpu:/a\n0::/user.slice/x\n"), "/user.slice/x");
  CAF_CHECK_EQUAL(parse_group("4:cpu:/\n5:memory:/docker/abc\n0::/\n"), "/docker/abc");
  CAF_CHECK_EQUAL(parse_group("nonsense"), "");
}

CAF_TEST(pressure is read and told) {
  const auto io = parse_pressure("some avg10=61.20 avg60=1.00 avg300=0.00 total=5000000\n"
                                 "full avg10=45.00 avg60=0.00 avg300=0.00 total=4000000\n", "", "io");
  const auto group = parse_pressure("some avg10=90.00 avg60=1.00 avg300=0.00 total=5\n", "/x", "memory");
  CAF_CHECK_EQUAL(words(find_in_pressure({io, group})),
                  "All busy tasks were waiting for a disk in 45 % of the last 10 s.|The cgroup /x was "
                  "waiting for memory in 90 % of the last 10 s.|");
  const auto parsed = nlohmann::json::parse(pressure_json({io, group}));
  CAF_CHECK_EQUAL(parsed[0]["some"]["avg10"], 61.2);
  CAF_CHECK(parsed[0]["cgroup"].is_null());
  CAF_CHECK(parsed[1]["full"].is_null());
  CAF_CHECK(!parse_pressure("nonsense", "", "io").some);
}

CAF_TEST(counters are compared with the last snapshot before the gap) {
  counter_snapshot before, after;
  before.at.awake = 100s;
  after.at.awake = 110s;
  before.memory = "nr_free_pages 5\npgmajfault 100\noom_kill 0\nsame 3\n";
  after.memory = "nr_free_pages 3\npgmajfault 5100\noom_kill 2\nsame 3\nnew 1\n";
  before.disks = " 8 0 sda 10 0 100 5 20 0 200 9 0 1000 2000 0 0 0 0\n 7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\n";
  after.disks = " 8 0 sda 20 0 300 5 40 0 800 9 3 9000 9000 0 0 0 0\n 7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\nbroken\n";
  const auto parsed = nlohmann::json::parse(counters_json(before, after));
  CAF_CHECK_EQUAL(parsed["elapsed"], 10.0);
  CAF_CHECK_EQUAL(parsed["memory"]["pgmajfault"]["after"], 5100);
  CAF_CHECK(!parsed["memory"].contains("same"));
  CAF_CHECK_EQUAL(parsed["disks"]["sda"]["written_bytes"], 600 * 512);
  CAF_CHECK_EQUAL(parsed["disks"]["sda"]["busy"], 8.0);
  CAF_CHECK(!parsed["disks"].contains("loop0"));
  CAF_CHECK_EQUAL(words(find_in_counters(before, after)),
                  "The kernel killed 2 processes for want of memory across the event.|The disk sda was busy "
                  "in 80 % of 10.0 s across the event.|5000 page faults had to wait for a disk across the "
                  "event.|");
  CAF_CHECK_EQUAL(words(find_in_counters(after, before)), "");
}

CAF_TEST(the snapshot of a gap is the newest that is older) {
  std::vector<counter_snapshot> kept(2);
  kept[0].at.awake = 5s;
  kept[1].at.awake = 10s;
  CAF_CHECK(snapshot_before(kept, {9s, 9s, 0s}) == &kept[0]);
  CAF_CHECK(snapshot_before(kept, {10s, 10s, 0s}) == &kept[1]);
  CAF_CHECK(snapshot_before(kept, {4s, 4s, 0s}) == nullptr);
}

CAF_TEST(the log of the kernel is read and told) {
  const auto line = parse_kernel_record("4,339,5140900000,-,caller=T1;INFO: task dd:7 blocked for more than "
                                        "120 seconds.\n SUBSYSTEM=block\n");
  CAF_REQUIRE(line);
  CAF_CHECK_EQUAL(line->priority, 4);
  CAF_CHECK(line->at == 5140900ms);
  const clock_sample now{5141s, 5141s, 1'768'900'214s};
  CAF_CHECK_EQUAL(kernel_log_text({*line}, now),
                  "2026-01-20T09:10:13.900000Z <4> INFO: task dd:7 blocked for more than 120 seconds.\n");
  CAF_CHECK_EQUAL(words(find_in_kernel_log({*line, *line})),
                  "The kernel said: INFO: task dd:7 blocked for more than 120 seconds.|");
  for (const char* broken : {"", ";", "a,b,c;d", "4,339;x", "4,1,99999999999999999999,-;x"})
    CAF_CHECK(!parse_kernel_record(broken));
  CAF_CHECK_EQUAL(kernel_log_text({}, now), "The kernel said nothing in this time.\n");
}

CAF_TEST(mounts are read and the full ones told) {
  const auto all = parse_mounts("22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
                                "23 22 0:20 / /proc rw - proc proc rw\n"
                                "24 22 0:44 / /mnt/two\\040words rw - nfs4 server:/x rw\n"
                                "25 22 0:45 / /home/me/cloud rw - fuse.sshfs me@x: rw\nbroken\n");
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(all[0].type, "ext4");
  CAF_CHECK_EQUAL(all[1].target, "/mnt/two words");
  CAF_CHECK(!is_remote(all[0]));
  CAF_CHECK(is_remote(all[1]));
  CAF_CHECK(is_remote(all[2]));
  auto full = all[0];
  full.size = 100'000'000'000;
  full.available = 100'000'000;
  CAF_CHECK_EQUAL(words(find_in_mounts({full, full})), "/ was full to 100 %, with 100 MB left.|");
  const auto parsed = nlohmann::json::parse(mounts_json({full}));
  CAF_CHECK_EQUAL(parsed[0]["available"], 100'000'000);
}
