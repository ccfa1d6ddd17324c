#define CAF_SUITE write_sample_table

#include "app/views/write_sample_table.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  sample_window x;
  host_facts facts;
  process_reading process;

  fixture() {
    process.pid = 4711;
    process.name = "bash";
    process.state = 'R';
    x.elapsed = 1s;
    task_window task;
    task.process = &process;
    task.interval = 1s;
    task.cpu = 250ms;
    x.tasks.push_back(task);
  }
  std::string write() {
    std::string out;
    write_sample_table(x, facts, out);
    return out;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(write_sample_table_tests, fixture)

CAF_TEST(a row names a process and how much it used) {
  process.resident_pages = 3000;
  x.tasks[0].io = process_io{1500000, 0};
  x.cpus = {{0, 0, 0.75, {}, {}}};
  x.disk = device_traffic{2000, 999, 1, 1};
  CAF_CHECK_EQUAL(write(), "1.00 s  cpu 25.0 %  disk in 2.0k/s out 999/s\n"
                           "     PID S   CPU %     RSS   READ/s  WRITE/s  NAME\n"
                           "    4711 R    25.0   12.3M     1.5M        0  bash\n");
}

CAF_TEST(what is unknown is a dash) {
  CAF_CHECK_EQUAL(write(), "1.00 s\n"
                           "     PID S   CPU %     RSS   READ/s  WRITE/s  NAME\n"
                           "    4711 R    25.0       -        -        -  bash\n");
}

CAF_TEST(an upper bound is marked and so is what the dead did) {
  x.tasks[0].io = process_io{1500000, 0};
  x.tasks[0].is_io_bounded = true;
  x.dead_tasks.emplace();
  x.dead_tasks->interval = 1s;
  x.dead_tasks->io = process_io{0, 2000};
  CAF_CHECK(
    write().ends_with("    4711 R    25.0       -    <1.5M       <0  bash\n"
                      "               0.0                0     2.0k  processes that ended\n"));
}

CAF_TEST(a name cannot move the cursor or break the table) {
  process.name = "\x1b[2Ja\nb\xff";
  CAF_CHECK(write().ends_with("  \\x1b[2Ja\\nb\\xff\n"));
  process.name.assign(64, 'x');
  CAF_CHECK(write().ends_with("-  " + std::string(30, 'x') + "\n"));
}

CAF_TEST(many rows are cut with a word of how many there are) {
  x.tasks.resize(20, x.tasks[0]);
  CAF_CHECK(write().ends_with("bash\n         and 5 more\n"));
}

CAF_TEST_FIXTURE_SCOPE_END()
