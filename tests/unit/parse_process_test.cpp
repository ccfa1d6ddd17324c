#define CAF_SUITE parse_process

#include "actors/host/parse_process.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::string_literals;

namespace {

std::string line_of(const std::string& name) {
  return "4711 (" + name
         + ") D 1 4711 4711 0 -1 4194560 2899 5 37 1 400 77 9 8 20 0 3 0 3426 8192000 1250 "
           "18446744073709551615 1 1 0 0 0\n";
}

} // namespace

CAF_TEST(every field is found) {
  const auto line = line_of("bash");
  const auto x = parse_process_stat(line);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->pid, 4711);
  CAF_CHECK_EQUAL(x->parent, 1);
  CAF_CHECK_EQUAL(x->name, "bash");
  CAF_CHECK_EQUAL(x->state, 'D');
  CAF_CHECK_EQUAL(x->major_faults, 37u);
  CAF_CHECK_EQUAL(x->user_ticks, 400u);
  CAF_CHECK_EQUAL(x->system_ticks, 77u);
  CAF_CHECK_EQUAL(x->reaped_user_ticks, 9u);
  CAF_CHECK_EQUAL(x->reaped_system_ticks, 8u);
  CAF_CHECK_EQUAL(x->threads, 3u);
  CAF_CHECK_EQUAL(x->started_ticks, 3426u);
  CAF_CHECK_EQUAL(x->virtual_bytes, 8192000u);
  CAF_CHECK_EQUAL(x->resident_pages, 1250u);
}

CAF_TEST(the CPU on which it ran last is far behind in the line) {
  const std::string line = "4711 (b) 9) D 1 4711 4711 0 -1 4194560 2899 5 37 1 400 77 9 8 20 0 3 0 3426 8192000 1250 "
                           "18446744073709551615 1 1 0 0 0 0 0 0 0 1 0 0 17 13 0 0\n";
  CAF_CHECK_EQUAL(parse_last_cpu(line).value_or(99), 13u);
  CAF_CHECK(!parse_last_cpu(line.substr(0, line.size() - 5))); // "17 13" and no end
  CAF_CHECK(!parse_last_cpu(line_of("bash")));
  CAF_CHECK(!parse_last_cpu(""));
}

CAF_TEST(a name may pretend to be fields or lines) {
  for (const auto& name : {"a) R 1 (b"s, "\"; rm -rf ~ #"s, "<b>&"s, "two\nlines) S 0 0"s, "\xff\xfe"s,
                           ""s, ")"s, "("s, ") "s, "a) R 1 1 1 1 1 1 1 1 1"s, "nul\0l"s}) {
    const auto line = line_of(name);
    const auto x = parse_process_stat(line);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(std::string{x->name}, name);
    CAF_CHECK_EQUAL(x->state, 'D');
    CAF_CHECK_EQUAL(x->user_ticks, 400u);
    CAF_CHECK_EQUAL(x->resident_pages, 1250u);
  }
}

CAF_TEST(a line cut anywhere before its end is none) {
  const auto line = line_of("bash");
  const auto whole = line.find(" 18446744073709551615");
  for (std::size_t size = 0; size <= whole; ++size)
    CAF_CHECK(!parse_process_stat(line.substr(0, size)));
  CAF_CHECK(parse_process_stat(line.substr(0, whole + 1)));
}

CAF_TEST(a number too large for a counter makes no reading) {
  auto line = line_of("bash");
  line.replace(line.find(" 400 "), 5, " 18446744073709551616 ");
  CAF_CHECK(!parse_process_stat(line));
}

CAF_TEST(schedstat has the main thread to the nanosecond) {
  const auto x = parse_schedstat("123456789 42 7\n");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->run_ns, 123456789u);
  CAF_CHECK_EQUAL(x->slices, 7u);
}

CAF_TEST(a kernel that does not count is no clock) {
  CAF_CHECK(!parse_schedstat("0 0 0\n"));
  CAF_CHECK(!parse_schedstat(""));
  CAF_CHECK(!parse_schedstat("12 13"));
  CAF_CHECK(!parse_schedstat("12 13 14")); // cut: it may have been 145
}

CAF_TEST(io is what reached storage) {
  const auto x = parse_process_io("rchar: 7273\nwchar: 297\nsyscr: 12\nsyscw: 1\nread_bytes: 4096\n"
                                  "write_bytes: 8192\ncancelled_write_bytes: 1\n");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->read_bytes, 4096u);
  CAF_CHECK_EQUAL(x->written_bytes, 8192u);
}

CAF_TEST(half an io is none) {
  CAF_CHECK(!parse_process_io(""));
  CAF_CHECK(!parse_process_io("rchar: 7273\nread_bytes: 4096\n"));
}

CAF_TEST(a wait is a name of the kernel or none) {
  CAF_CHECK_EQUAL(find_wait("folio_wait_bit_common"), "folio_wait_bit_common");
  CAF_CHECK_EQUAL(find_wait("0"), "");
  CAF_CHECK_EQUAL(find_wait(""), "");
  CAF_CHECK_EQUAL(find_wait("<b>\x1b"), "");
}

CAF_TEST(the cgroup is that of version two) {
  CAF_CHECK_EQUAL(find_cgroup("0::/system.slice/cron.service\n"), "/system.slice/cron.service");
  CAF_CHECK_EQUAL(find_cgroup("4:memory:/x\n1:name=systemd:/old\n0::/new\n"), "/new");
}

CAF_TEST(the cgroup is systemds where version two holds only its root) {
  CAF_CHECK_EQUAL(find_cgroup("4:memory:/x\n1:name=systemd:/user.slice\n0::/\n"), "/user.slice");
  CAF_CHECK_EQUAL(find_cgroup("0::/\n"), "/");
  CAF_CHECK_EQUAL(find_cgroup("nonsense"), "");
}

CAF_TEST(the cgroup is a containers where neither tree knows the process) {
  CAF_CHECK_EQUAL(find_cgroup("4:memory:/x\n"), "/x");
  CAF_CHECK_EQUAL(find_cgroup("4:cpu,cpuacct:/\n5:memory:/docker/abc\n0::/\n"), "/docker/abc");
  CAF_CHECK_EQUAL(find_cgroup("0::/a:b\n"), "/a:b");
  CAF_CHECK(!parse_membership("0:/a"));
}
