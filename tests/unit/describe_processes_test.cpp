#define CAF_SUITE describe_processes

#include "actors/forensics_supervisor/describe_processes.hpp"

#include "actors/host/ask_size.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::string stat_line(const std::string& name) {
  return "42 (" + name + ") D 7 42 42 0 -1 4194304 100 0 9 0 150 50 0 0 20 0 3 0 12345 1000000 25 "
         "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";
}

} // namespace

CAF_TEST(of too many processes the oldest fall off and it is said) {
  newest_numbers few{3}, many{3};
  for (int i = 1; i <= 3; ++i)
    few.add(i);
  CAF_CHECK_EQUAL(few.remark(), "");
  for (int i = 1; i <= 1003; ++i)
    many.add(i);
  CAF_CHECK_EQUAL(many.get(), (std::deque<std::int64_t>{1001, 1002, 1003}));
  CAF_CHECK_EQUAL(many.remark(), "Only the 3 processes with the highest numbers were looked at, and not the 1,000 others.");
}

CAF_TEST(a process is read whatever its name holds) {
  const auto line = stat_line("a) S 1 (b");
  const auto found = captured(line, {});
  CAF_REQUIRE(found);
  const auto& x = *found;
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
    CAF_CHECK(!captured(broken, {}));
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

CAF_TEST(that processes of ours wait for a device is no finding) {
  captured_process witness, left_behind, tar;
  witness.parent = 9;
  witness.name = "pm-witness";
  left_behind.parent = 1; // its daemon has ended
  left_behind.name = asker_name;
  tar.parent = 1;
  tar.name = "tar";
  for (auto* x : {&witness, &left_behind, &tar})
    x->state = 'D';
  CAF_CHECK_EQUAL(words(find_in_processes({witness, left_behind}, 9)), "");
  CAF_CHECK_EQUAL(words(find_in_processes({witness, left_behind, tar}, 9)),
                  "1 process was waiting for a device right after: tar.|");
  CAF_CHECK_EQUAL(words(find_in_stacks({{10, 11, "pm-probe", "", "", 9}, {12, 12, asker_name, "", "", 1}}, 9)), "");
  CAF_CHECK_EQUAL(words(find_in_stacks({{13, 13, "tar", "", "", 1}}, 9)), "tar (pid 13) was waiting for a device.|");
  left_behind.cpu_pct = 98; // no name hides what a process does
  CAF_CHECK_EQUAL(words(find_in_processes({left_behind}, 9)), "pm-size (pid 0) used 98 % of a CPU right after.|");
}
