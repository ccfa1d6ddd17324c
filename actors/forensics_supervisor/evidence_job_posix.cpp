#include "actors/forensics_supervisor/evidence_job_posix.hpp"

#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "actors/forensics_supervisor/decide_folder_retention.hpp"
#include "actors/forensics_supervisor/event_folder_posix.hpp"
#include "actors/forensics_supervisor/evidence_reader_posix.hpp"
#include "actors/forensics_supervisor/name_event_folder.hpp"
#include "actors/forensics_supervisor/run_tool_posix.hpp"
#include "actors/host/child_setup.hpp"
#include "actors/host/expendable_thread.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/remove_folder.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <sys/utsname.h>

namespace pmactor {

namespace {

using task = job_order::task;

constexpr unsigned most_hanging = 2; ///< Threads of one kind of job.

/// What a job's thread and its owner share; the thread may outlive the owner.
struct job_share {
  cancellation cancel;
  std::atomic<bool> let_go{false}; ///< The owner is gone: nothing is to be kept any more.

  bool is_over() const {
    return cancel.is_requested();
  }
  /// Runs what is to happen only while the owner is there. The owner never waits for it, so what has
  /// begun is finished.
  template <class F>
  bool while_wanted(F f) {
    if (let_go)
      return false;
    f();
    return true;
  }
};

/// Counts the threads of each kind of job.
class job_counter {
public:
  bool enter(const std::string& kind) {
    std::lock_guard guard{mutex_};
    if (running_[kind] >= most_hanging)
      return false;
    ++running_[kind];
    return true;
  }
  void leave(const std::string& kind) {
    std::lock_guard guard{mutex_};
    --running_[kind];
  }

private:
  std::mutex mutex_;
  std::map<std::string, unsigned> running_;
};

/// Makes a stream of bytes harmless, a whole line at a time.
class harmless_stream {
public:
  explicit harmless_stream(open_event_folder::file& file) : file_(file) {
  }
  void write(std::string_view bytes) {
    held_ += bytes;
    // A line that never ends is cut somewhere.
    const auto end = held_.size() > 1 << 16 ? held_.size() : held_.rfind('\n') + 1;
    if (end == 0)
      return;
    file_.write(harmless(std::string_view{held_}.substr(0, end)));
    held_.erase(0, end);
  }
  void finish() {
    file_.write(harmless(held_));
    held_.clear();
  }

private:
  open_event_folder::file& file_;
  std::string held_;
};

/// Says when an artifact was captured.
void stamp(artifact_result& result, const clock_sample& at, const job_order& order) {
  result.at = at.wall;
  result.began =
    std::max(std::chrono::nanoseconds::zero(), at.awake - order.subject->event.event.after.awake);
}

struct job_world {
  job_world(std::filesystem::path its_data, std::string questions)
    : data{std::move(its_data)}, reader{std::move(questions)} {
  }

  const std::filesystem::path data;
  job_counter counter;
  mutable evidence_reader reader;
  mutable std::once_flag rehearsed;
};

void collect_here(const job_world& world, const job_order& order, job_share& share, job_outcome& outcome) {
  auto& result = outcome.artifact;
  const auto read = world.reader.take(order, [&share] { return share.is_over(); });
  stamp(result, read.at, order);
  if (!read.problem.empty())
    throw std::runtime_error{read.problem};
  const auto& collected = read.found;
  lower_priority(); // what is perishable is there; to write it is not urgent
  if (!collected.skipped.empty()) {
    result.status = artifact_status::skipped;
    result.says = last_words(collected.skipped);
    return;
  }
  result.says = last_words(collected.remark);
  outcome.found = collected.found;
  std::string_view text{collected.text};
  const bool cut = text.size() > order.artifact.most_bytes;
  if (cut) {
    text = text.substr(0, order.artifact.most_bytes);
    result.says = "It was cut off at " + bytes_in_words(order.artifact.most_bytes) + '.';
  }
  std::optional<open_event_folder> folder;
  std::optional<open_event_folder::file> file;
  if (!share.while_wanted([&] {
        folder.emplace(world.data, order.subject->id());
        file.emplace(folder->begin(order.artifact.file));
      }))
    return;
  try {
    file->write(text);
  } catch (...) {
    file->discard();
    throw;
  }
  share.while_wanted([&] {
    result.bytes = file->whole();
    result.file = order.artifact.file;
  });
}

std::string end_in_words(const tool_end& end) {
  if (!end.problem.empty())
    return end.problem;
  const auto words = last_words(end.words);
  if (end.unfinished)
    return "It could not be ended, and was left to itself.";
  if (end.signal != 0)
    return "It was ended by signal " + std::to_string(end.signal) + (words.empty() ? "." : ": " + words);
  if (end.exit_code != 0)
    return words.empty() ? "It failed with exit code " + std::to_string(end.exit_code) + '.' : words;
  return words;
}

void run_here(const job_world& world, const job_order& order, job_share& share, job_outcome& outcome) {
  const auto& plan = order.artifact;
  auto& result = outcome.artifact;
  auto command = plan.command;
  if (command[0][0] != '/')
    command[0] = find_program(command[0], program_path());
  if (command[0].empty()) {
    result.status = artifact_status::skipped;
    result.says = plan.command[0] + " is not installed.";
    return;
  }
  std::optional<open_event_folder> folder;
  std::optional<open_event_folder::file> file;
  if (!share.while_wanted([&] {
        folder.emplace(world.data, order.subject->id());
        if (!plan.writes_file)
          file.emplace(folder->begin(plan.file));
      }))
    return;
  // The time-out is its SUPERVISOR's to keep; this is for a tool that has lost its daemon.
  const auto longest = plan.timeout + std::chrono::seconds{5};
  tool_end end;
  if (plan.writes_file) {
    const auto path = folder->path_for(plan.file);
    std::replace(command.begin(), command.end(), std::string{"FILE"}, path.string());
    end = run_tool(command, plan.most_bytes, longest, share.cancel, [](std::string_view) {},
                   [&] { return folder->size_of(plan.file).value_or(0); });
  } else {
    harmless_stream text{*file};
    end = run_tool(command, plan.most_bytes, longest, share.cancel, [&](std::string_view bytes) {
      if (plan.is_text)
        text.write(bytes);
      else
        file->write(bytes);
    });
    try {
      text.finish();
    } catch (const std::exception& e) {
      if (end.problem.empty())
        end.problem = e.what();
    }
  }
  outcome.cpu += end.cpu;
  result.says = end.cut ? "It was cut off at " + bytes_in_words(plan.most_bytes) + '.'
                        : last_words(end_in_words(end));
  result.status = end.problem.empty() && (end.cut || end.exit_code == 0) ? artifact_status::ok
                                                                         : artifact_status::failed;
  share.while_wanted([&] {
    if (plan.writes_file) {
      result.bytes = folder->adopt(plan.file).value_or(0);
      if (result.bytes == 0)
        folder->remove(plan.file);
    } else if (end.problem.empty()) {
      result.bytes = file->whole();
      if (result.bytes == 0)
        folder->remove(plan.file);
    } else {
      file->discard();
    }
    result.file = result.bytes > 0 ? plan.file : "";
    if (result.file.empty() && result.status == artifact_status::ok)
      result.says = "It found nothing.";
  });
}

/// Reads once, and for nothing, all that will be read when memory is short or a disk hangs: then what reads it is in
/// memory, where the beat has locked it, and need not be fetched from that disk.
void rehearse(const job_share& share) {
  const capture_subject none;
  for (const auto& x : plan_artifacts(host_platform(), {}, {}))
    if (x.command.empty() && !x.may_wait && !share.is_over())
      try {
        (void)collect_evidence(x.name, none, {}, [&share] { return share.is_over(); });
      } catch (const std::exception&) { // it is reported with an event, if it still fails then
      }
}

void read_here(const job_world& world, const job_order& order, job_share& share,
               job_outcome& outcome) {
  outcome.room.memory = available_memory();
  if (judge_room(order.subject->event.event, outcome.room, order.limits).why_none.empty())
    world.reader.read_ahead(order, [&share] { return share.let_go.load(); }); // it waits for nothing, whatever it takes
}

/// The disk is asked last, as it may be what hangs.
void measure_here(const job_world& world, const job_order& order, job_share& share,
                  job_outcome& outcome) {
  read_here(world, order, share, outcome);
  outcome.room.disk = free_space(world.data);
}

void capture_here(const job_world& world, const job_order& order, job_share& share, job_outcome& outcome) {
  auto& result = outcome.artifact;
  const auto clocks = read_clocks();
  stamp(result, clocks, order);
  try {
    if (order.artifact.command.empty())
      collect_here(world, order, share, outcome);
    else
      run_here(world, order, share, outcome);
  } catch (const std::exception& e) {
    result.status = artifact_status::failed;
    result.says = last_words(e.what());
    outcome.problem = e.what();
  }
  result.took = read_clocks().awake - clocks.awake;
}

void publish_here(const job_world& world, const job_order& order, job_share& share, job_outcome& outcome) {
  world.reader.forget(order.report.event);
  auto report = order.report;
  const auto began = read_clocks().awake;
  open_event_folder folder{world.data, report.event};
  const auto keep = [&](const std::string& name, const std::string& text) {
    auto file = folder.begin(name);
    try {
      file.write(text);
    } catch (...) {
      file.discard();
      throw;
    }
    file.whole();
  };
  // What a job that was left to itself may have begun.
  std::set<std::string> reported{"metadata.json", "summary.json"};
  for (const auto& x : report.artifacts)
    reported.insert(x.file);
  for (const auto& [name, size] : folder.files())
    if (reported.count(name) == 0)
      folder.remove(name);
  try {
    if (!order.metadata.empty())
      keep("metadata.json", order.metadata);
    if (report.status == capture_status::complete)
      report.bill.took += read_clocks().awake - began;
    keep("summary.json", to_json(report) + '\n');
    share.while_wanted([&] {
      report.folder = std::string{events_folder} + '/' + folder.publish();
      outcome.published = report;
    });
  } catch (...) {
    folder.discard(); // or folders that no report mentions would fill the disk
    throw;
  }
}

void recover_here(const job_world& world, job_outcome& outcome) {
  finish_removals(world.data / std::string{events_folder});
  for (const auto& event : find_open_folders(world.data))
    outcome.leftovers.push_back(report_leftover(event, open_event_folder{world.data, event}.files()));
}

void make_room_here(const job_world& world, const job_order& order, job_share& share,
                    job_outcome& outcome) {
  const auto prefix = std::string{events_folder} + '/';
  std::vector<kept_folder> folders;
  for (const auto& [name, bytes] : list_event_folders(world.data)) {
    const auto& kept = order.pinned.folders;
    const bool pinned = !order.pinned.known
                        || std::find(kept.begin(), kept.end(), prefix + name) != kept.end();
    folders.push_back({name, bytes, pinned});
  }
  const auto keep = order.keep.starts_with(prefix) ? order.keep.substr(prefix.size()) : order.keep;
  const auto choice = decide_folder_retention(std::move(folders), order.quota, keep);
  for (const auto& name : choice.remove)
    if (share.while_wanted([&] { remove_event_folder(world.data, name); }))
      ++outcome.removed;
  outcome.kept_bytes = choice.left;
  outcome.within_quota = choice.is_kept;
}

job_outcome work(const job_world& world, const job_order& order, job_share& share) {
  job_outcome outcome;
  try {
    switch (order.what) {
      case task::probe:
        outcome.missing = find_missing(plan_artifacts(host_platform(), {}, {}));
        std::call_once(world.rehearsed, [&share] { rehearse(share); });
        break;
      case task::recover:
        recover_here(world, outcome);
        break;
      case task::measure:
        measure_here(world, order, share, outcome);
        break;
      case task::read:
        read_here(world, order, share, outcome);
        break;
      case task::capture:
        capture_here(world, order, share, outcome);
        break;
      case task::publish:
        publish_here(world, order, share, outcome);
        break;
      case task::forget:
        world.reader.forget(order.subject->id());
        break;
      case task::make_room:
        make_room_here(world, order, share, outcome);
        break;
    }
  } catch (const std::exception& e) {
    outcome.problem = e.what();
  }
  outcome.cpu += read_clock(CLOCK_THREAD_CPUTIME_ID);
  return outcome;
}

class thread_job final : public evidence_job {
public:
  explicit thread_job(std::shared_ptr<job_share> share) : share_(std::move(share)) {
  }
  ~thread_job() override {
    share_->let_go = true;
    share_->cancel.kill();
  }
  void stop() override {
    share_->cancel.stop();
  }

private:
  std::shared_ptr<job_share> share_;
};

std::string kind_of(const job_order& order) {
  return order.what == task::capture ? order.artifact.name : to_string(order.what);
}

} // namespace

start_evidence_job host_evidence_jobs(const std::filesystem::path& data, const std::string& questions) {
  auto world = std::make_shared<job_world>(data, questions);
  return [world](job_order order, std::function<void(job_outcome)> done) -> std::unique_ptr<evidence_job> {
    auto share = std::make_shared<job_share>();
    auto result = std::make_unique<thread_job>(share);
    const auto kind = kind_of(order);
    if (!world->counter.enter(kind)) {
      job_outcome outcome;
      outcome.problem = "earlier ones still hang.";
      outcome.artifact.status = artifact_status::skipped;
      outcome.artifact.says = "Earlier ones of the kind still hang.";
      done(std::move(outcome));
      return result;
    }
    try {
      start_expendable("pm-evidence",
                       [world, share, kind, order = std::move(order), done = std::move(done)] {
                         // What is read here perishes meanwhile, and nothing is captured before it is
                         // known whether there is room.
                         if (order.what == task::measure || order.what == task::read
                             || (order.what == task::capture && order.artifact.command.empty()))
                           raise_priority();
                         else
                           lower_priority();
                         auto outcome = work(*world, order, *share);
                         world->counter.leave(kind);
                         done(std::move(outcome));
                       });
    } catch (...) {
      world->counter.leave(kind);
      throw;
    }
    return result;
  };
}

capture_facts own_facts(const std::string& version) {
  capture_facts result;
  utsname found{};
  if (::uname(&found) == 0)
    result = {found.nodename, found.sysname, found.release, found.machine, {}, {}};
  result.boot_id = current_boot_id();
  result.version = version;
  return result;
}

} // namespace pmactor
