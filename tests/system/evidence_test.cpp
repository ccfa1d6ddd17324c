#define CAF_SUITE evidence

#include "actors/forensics_supervisor/event_folder_posix.hpp"
#include "actors/forensics_supervisor/evidence_job_posix.hpp"
#include "actors/forensics_supervisor/name_event_folder.hpp"
#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"
#ifdef __linux__
#  include "support/hanging_disk.hpp"
#endif
#include "support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

// The evidence's way onto the disk, with real threads, real tools and real disks.

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using task = job_order::task;

struct fixture {
  temporary_folder folder;
  fs::path events = folder.path / "events";
  start_evidence_job start = host_evidence_jobs(folder.path);
  std::shared_ptr<capture_subject> subject = std::make_shared<capture_subject>();
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<job_outcome> ended;

  fixture() {
    subject->event.event.started = 1'768'900'213s;
    subject->event.event.id = mint_event_id(event_kind::pause, subject->event.event.started);
    subject->event.event.ended = 1'768'900'216s;
    subject->event.event.after = read_clocks();
  }

  std::unique_ptr<evidence_job> begin(job_order order) {
    ended.reset();
    return start(std::move(order), [this](job_outcome x) {
      std::lock_guard guard{mutex};
      ended = std::move(x);
      changed.notify_all();
    });
  }
  job_outcome wait() {
    std::unique_lock lock{mutex};
    CAF_REQUIRE(changed.wait_for(lock, 30s, [this] { return ended.has_value(); }));
    return *ended;
  }
  job_outcome run(job_order order) {
    const auto job = begin(std::move(order));
    return wait();
  }
  job_order of(task what) {
    job_order order;
    order.what = what;
    order.subject = subject;
    return order;
  }
  job_order tool(const std::string& script, std::uint64_t most = 1 << 20) {
    auto order = of(task::capture);
    order.artifact.name = "tool";
    order.artifact.file = "tool.txt";
    order.artifact.command = {"/bin/sh", "-c", script};
    order.artifact.most_bytes = most;
    return order;
  }
  job_order publish() {
    auto order = of(task::publish);
    order.report.event = subject->id();
    order.metadata = "{}\n";
    return order;
  }
  std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::size_t entries(const fs::path& where) {
    std::error_code none;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{where, none}, {}));
  }
};

/// A small disk, for root alone.
struct small_disk {
  fs::path path;
  bool is_there = false;
  small_disk(const fs::path& where, const char* options) : path(where) {
    fs::create_directory(path);
#ifdef __linux__
    is_there = ::geteuid() == 0 && ::mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
#else
    static_cast<void>(options);
#endif
    if (!is_there)
      CAF_MESSAGE("skipped: only root can mount a small disk");
  }
  ~small_disk() {
#ifdef __linux__
    if (is_there)
      ::umount2(path.c_str(), MNT_DETACH);
#endif
  }
};

constexpr const char* final_name = "2026-01-20T09-10-13Z-pause";

} // namespace

CAF_TEST_FIXTURE_SCOPE(evidence_tests, fixture)

CAF_TEST(a folder is private and has its name only when it is whole) {
  const auto captured = run(tool("echo evidence"));
  CAF_CHECK(captured.artifact.status == artifact_status::ok);
  CAF_CHECK_EQUAL(captured.artifact.file, "tool.txt");
  CAF_CHECK_EQUAL(captured.artifact.bytes, 9u);
  CAF_CHECK(!fs::exists(events / final_name));
  const auto published = run(publish());
  CAF_CHECK_EQUAL(published.problem, "");
  CAF_CHECK_EQUAL(published.published.folder, std::string{"events/"} + final_name);
  CAF_CHECK(fs::exists(events / final_name / "metadata.json"));
  CAF_CHECK(nlohmann::json::accept(text_of(events / final_name / "summary.json")));
  CAF_CHECK_EQUAL(entries(events), 1u);
  struct stat found{};
  ::stat((events / final_name).c_str(), &found);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0700u);
  ::stat((events / final_name / "summary.json").c_str(), &found);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0600u);
}

CAF_TEST(only what the report lists is published) {
  run(tool("echo evidence"));
  auto order = publish();
  run(order);
  CAF_CHECK(!fs::exists(events / final_name / "tool.txt")); // the report does not name it
}

CAF_TEST(a name that is taken is left alone) {
  fs::create_directories(events / final_name);
  fs::create_symlink("/tmp", events / (std::string{final_name} + ".2"));
  const auto published = run(publish());
  CAF_CHECK_EQUAL(published.published.folder, std::string{"events/"} + final_name + ".3");
  CAF_CHECK_EQUAL(entries(events / final_name), 0u);
}

CAF_TEST(links lead nowhere) {
  temporary_folder elsewhere;
  fs::create_directories(events);
  fs::create_directory_symlink(elsewhere.path, events / name_open_folder(subject->id()));
  const auto captured = run(tool("echo evidence"));
  CAF_CHECK(captured.artifact.status == artifact_status::failed);
  CAF_CHECK(captured.artifact.says.find("it is no folder of pmactor's") != std::string::npos);
  fs::remove_all(events);
  fs::create_directory_symlink(elsewhere.path, events);
  CAF_CHECK(run(publish()).problem.find("it is no folder of pmactor's") != std::string::npos);
  fs::remove(events);
  // And in a folder of ours, a link in the place of a file.
  run(tool("echo evidence"));
  const auto open = events / name_open_folder(subject->id());
  fs::create_symlink(elsewhere.path / "target", open / "tool.txt.part");
  CAF_CHECK(run(tool("echo evidence")).artifact.status == artifact_status::ok);
  CAF_CHECK_EQUAL(entries(elsewhere.path), 0u);
}

CAF_TEST(what a tool says is harmless in its file) {
  const auto captured = run(tool("printf '\\033[31m<b>&\\r\\n\\377\\n-n\\nno end'"));
  CAF_CHECK_EQUAL(text_of(events / name_open_folder(subject->id()) / "tool.txt"),
                  "\\x1b[31m<b>&\\x0d\n\xEF\xBF\xBD\n-n\nno end");
  CAF_CHECK(captured.artifact.bytes > 0);
}

CAF_TEST(a tool that floods fills its share and no more) {
  const auto captured = run(tool("while :; do echo 0123456789; done", 100'000));
  CAF_CHECK(captured.artifact.status == artifact_status::ok);
  CAF_CHECK_EQUAL(captured.artifact.bytes, 100'000u);
  CAF_CHECK_EQUAL(captured.artifact.says, "It was cut off at 100 kB.");
}

CAF_TEST(a tool that fails leaves its words) {
  const auto captured = run(tool("echo some; echo 'no right' >&2; exit 1"));
  CAF_CHECK(captured.artifact.status == artifact_status::failed);
  CAF_CHECK_EQUAL(captured.artifact.says, "no right");
  CAF_CHECK_EQUAL(captured.artifact.bytes, 5u);
}

CAF_TEST(a tool that hangs is gone with its job) {
  const auto file = folder.path / "pid";
  auto job = begin(tool("trap '' TERM; echo $$ > " + file.string() + "; while :; do sleep 1; done"));
  CAF_REQUIRE(soon([&] { return !text_of(file).empty(); }));
  const auto pid = std::stoi(text_of(file));
  CAF_CHECK(facts_of(pid).has_value());
  job.reset(); // what a stop of the daemon does
  CAF_CHECK(soon([pid] {
    const auto facts = facts_of(pid);
    return !facts || facts->state == 'Z';
  }));
  wait();
  CAF_CHECK_EQUAL(entries(events / name_open_folder(subject->id())), 1u); // the beginning: "tool.txt.part"
}

CAF_TEST(what was left behind is found and finished) {
  run(tool("echo evidence"));
  const auto found = run(of(task::recover));
  CAF_REQUIRE_EQUAL(found.leftovers.size(), 1u);
  CAF_CHECK(found.leftovers[0].event == subject->id());
  CAF_CHECK_EQUAL(found.leftovers[0].bill.bytes, 9u);
  job_order order;
  order.what = task::publish;
  order.report = found.leftovers[0];
  run(order);
  CAF_CHECK_EQUAL(text_of(events / final_name / "tool.txt"), "evidence\n");
  CAF_CHECK(text_of(events / final_name / "summary.json").find("incomplete") != std::string::npos);
  CAF_CHECK(run(of(task::recover)).leftovers.empty());
}

CAF_TEST(the oldest folders go and pinned ones and strangers stay) {
  temporary_folder elsewhere;
  std::ofstream{elsewhere.path / "precious"} << "x";
  for (int i = 0; i < 300; ++i) {
    char name[40];
    std::snprintf(name, sizeof name, "2026-01-20T%02d-%02d-%02dZ-%d", i / 3600, i / 60 % 60, i % 60, i + 1);
    fs::create_directories(events / name);
    std::ofstream{events / name / "stacks.txt"} << std::string(5000, 'x');
  }
  fs::create_directory_symlink(elsewhere.path, events / "2026-01-20T00-00-00Z-1" / "link");
  fs::create_directories(events / "mine");
  auto order = of(task::make_room);
  order.quota = 400'000;
  order.pinned = {true, {"events/2026-01-20T00-00-05Z-6"}};
  const auto outcome = run(order);
  CAF_CHECK(outcome.within_quota);
  CAF_CHECK(outcome.kept_bytes <= 400'000u);
  CAF_CHECK_EQUAL(entries(events), 300u - outcome.removed + 1);
  CAF_CHECK(fs::exists(events / "2026-01-20T00-00-05Z-6"));
  CAF_CHECK(!fs::exists(events / "2026-01-20T00-00-00Z-1"));
  CAF_CHECK(fs::exists(events / "2026-01-20T00-04-59Z-300"));
  CAF_CHECK(fs::exists(events / "mine"));
  CAF_CHECK(fs::exists(elsewhere.path / "precious"));
  order.quota = 1;
  order.pinned = {false, {}};
  CAF_CHECK_EQUAL(run(order).removed, 0u); // it is unknown which are pinned
}

CAF_TEST(a full disk publishes nothing half and is left as it was) {
  const small_disk disk{folder.path / "disk", "size=256k"};
  if (!disk.is_there)
    return;
  start = host_evidence_jobs(disk.path);
  const auto before = free_space(disk.path);
  const auto flooded = run(tool("while :; do echo 0123456789; done", 10 << 20));
  CAF_CHECK(flooded.artifact.status == artifact_status::failed);
  CAF_CHECK(flooded.artifact.says.find("No space left") != std::string::npos);
  CAF_CHECK_EQUAL(flooded.artifact.file, "");
  std::ofstream{disk.path / "filler"} << std::string(300'000, 'x');
  auto order = publish();
  order.metadata = std::string(10'000, 'x');
  CAF_CHECK(run(order).problem.find("No space left") != std::string::npos);
  CAF_CHECK_EQUAL(entries(disk.path / "events"), 0u);
  fs::remove(disk.path / "filler");
  CAF_CHECK(free_space(disk.path).value_or(0) + 8192 >= before.value_or(0));
  CAF_CHECK_EQUAL(run(publish()).problem, ""); // and all is well again
}

CAF_TEST(a read only disk is said to be one) {
  const small_disk disk{folder.path / "disk", "size=256k"};
  if (!disk.is_there)
    return;
  start = host_evidence_jobs(disk.path);
#ifdef __linux__
  CAF_REQUIRE(::mount("tmpfs", disk.path.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0);
#endif
  CAF_CHECK(run(tool("echo evidence")).artifact.says.find("Read-only file system") != std::string::npos);
  CAF_CHECK(run(publish()).problem.find("Read-only file system") != std::string::npos);
  CAF_CHECK(run(of(task::measure)).room.disk.has_value());
}

#ifdef __linux__
CAF_TEST(a file system that never answers is reported as silent and no job hangs in it) {
  hanging_disk disk{folder.path / "hangs", "/bin/sleep"};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("skipped: " << disk.obstacle());
    return;
  }
  disk.hang_at_statfs();
  auto order = of(task::capture);
  order.artifact.name = "remote_mounts";
  order.artifact.file = "remote_mounts.json";
  for (int i = 0; i < 3; ++i) { // of jobs that hang there are never more than two
    CAF_CHECK(run(order).artifact.status == artifact_status::ok);
    const auto text = text_of(events / name_open_folder(subject->id()) / "remote_mounts.json");
    CAF_CHECK(text.find("It did not answer.") != text.npos);
  }
}

CAF_TEST(what is perishable is read before the first of it is written) {
  auto order = of(task::capture);
  order.perishable = {"pressure", "counters", "mounts"};
  const auto capture = [&](const std::string& name) {
    order.artifact.name = name;
    order.artifact.file = name + ".json";
    return run(order).artifact;
  };
  const auto first = capture("pressure");
  const auto began = read_clocks().wall;
  for (const auto* later : {"counters", "mounts"}) {
    const auto x = capture(later);
    CAF_CHECK(x.at >= first.at);
    CAF_CHECK(x.at < began);
    CAF_CHECK(fs::exists(folder.path / "events"));
  }
  CAF_CHECK(capture("counters").at >= began); // asked again, it is read again
}
#endif

#ifdef __linux__
CAF_TEST(what is perishable is read before it is known whether there is room) {
  auto order = of(task::measure);
  order.perishable = {"pressure"};
  CAF_CHECK(run(order).room.disk.has_value());
  const auto known = read_clocks().wall;
  order = of(task::capture);
  order.perishable = {"pressure"};
  order.artifact.name = "pressure";
  order.artifact.file = "pressure.json";
  CAF_CHECK(run(order).artifact.at < known);
}
#endif

#ifdef __linux__
CAF_TEST(what is being read ahead goes on when the time for the disk is up) {
  auto order = of(task::measure);
  order.perishable = {"processes"};
  std::promise<void> is_done;
  const auto job = start(order, [&is_done](const job_outcome&) { is_done.set_value(); });
  job->stop();
  is_done.get_future().wait();
  const auto known = read_clocks().wall;
  order = of(task::capture);
  order.perishable = {"processes"};
  order.artifact.name = "processes";
  order.artifact.file = "processes.json";
  CAF_CHECK(run(order).artifact.at < known);
}

CAF_TEST(what was read of an event that waits is kept beside what is captured) {
  auto captured = of(task::measure), waits = of(task::read);
  auto other = std::make_shared<capture_subject>(*subject);
  other->event.event.id = mint_event_id(event_kind::pause, 7s);
  waits.subject = other;
  for (auto* x : {&captured, &waits}) {
    x->perishable = {"pressure"};
    run(*x);
  }
  const auto known = read_clocks().wall;
  for (auto* x : {&captured, &waits}) {
    x->what = task::capture;
    x->artifact.name = "pressure";
    x->artifact.file = "pressure.json";
    CAF_CHECK(run(*x).artifact.at < known);
  }
}

CAF_TEST(what is perishable is not read ahead where memory is short) {
  auto order = of(task::measure);
  order.perishable = {"pressure"};
  order.limits.least_memory = 1ull << 60;
  CAF_CHECK(run(order).room.disk.has_value());
  const auto known = read_clocks().wall;
  order = of(task::capture);
  order.perishable = {"pressure"};
  order.artifact.name = "pressure";
  order.artifact.file = "pressure.json";
  CAF_CHECK(run(order).artifact.at >= known);
}
#endif

CAF_TEST(means and room are found out) {
  const auto room = run(of(task::measure)).room;
  CAF_CHECK(room.memory.value_or(0) > 1'000'000u);
  CAF_CHECK(room.disk.value_or(0) > 1'000'000u);
  CAF_CHECK_EQUAL(run(of(task::probe)).problem, "");
}

CAF_TEST_FIXTURE_SCOPE_END()
