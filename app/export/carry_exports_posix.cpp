#include "app/export/carry_exports.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/send_journal.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/export/compose_journal_entry.hpp"
#include "app/export/deliver_events.hpp"
#include "app/export/gather_metrics.hpp"
#include "app/export/host_labels.hpp"
#include "app/views/inspect_health.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto first_look = 3s;           ///< From the start until events of the run before are stored.
constexpr auto until_stored = 500ms;      ///< From an event until it is in the history, as a rule.
constexpr auto look_anyway = 60s;         ///< With a receiver that must not miss what was stored late.
constexpr auto history_patience = 30s;    ///< After the history could not be read.
constexpr auto longest_farewell = 300ms;

nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

double wall_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// @returns a number from 0 to 1 that differs from machine to machine.
double share_of(const host_identity& host) {
  return static_cast<double>(std::hash<std::string>{}(host.machine_id + host.name) % 1000) / 1000;
}

/// Reads events when asked; opens the history anew each time, as that may be replaced.
event_source source_of(const std::filesystem::path& file) {
  event_source result;
  result.newest = [file] {
    std::int64_t id = 0;
    event_range newest;
    newest.limit = 1;
    event_reader{file}.events(newest, [&id](const event_row& x) {
      id = x.id;
      return false;
    });
    return id;
  };
  result.after = [file](std::int64_t id, std::size_t most) { return event_reader{file}.after(id, most); };
  result.find = [file](std::int64_t id) { return event_reader{file}.find(id); };
  return result;
}

/// Something that the carrier does now and then.
class errand {
public:
  explicit errand(std::string target) : target_(std::move(target)) {
  }
  virtual ~errand() = default;
  virtual void run(nanoseconds now) = 0;
  virtual std::optional<nanoseconds> next() const = 0;
  virtual void wake(nanoseconds) {
  }
  virtual export_report report() = 0;

protected:
  const std::string target_;
};

class textfile_errand final : public errand {
public:
  textfile_errand(const places& where, const exporter_policy& policy)
    : errand("textfile"), file_(policy.textfile), every_(policy.textfile_every), source_(where, policy.labels) {
  }
  void run(nanoseconds now) override {
    due_ = now + every_;
    try {
      replace_textfile(file_, source_.read(exposition_format::prometheus));
      trouble_.clear();
    } catch (const std::exception& e) {
      ++errors_;
      trouble_ = e.what();
    }
  }
  std::optional<nanoseconds> next() const override {
    return due_;
  }
  export_report report() override {
    return {target_, {}, "written to " + file_, trouble_, std::exchange(errors_, 0)};
  }

private:
  const std::string file_;
  const nanoseconds every_;
  metrics_source source_;
  nanoseconds due_ = steady_now() + first_look;
  std::string trouble_;
  std::uint64_t errors_ = 0;
};

class delivery_errand final : public errand {
public:
  delivery_errand(std::string target, std::filesystem::path history, send_events send, double share, bool looks_anyway)
    : errand(std::move(target)), history_(std::move(history)), send_(std::move(send)), share_(share),
      looks_anyway_(looks_anyway) {
  }
  void run(nanoseconds now) override {
    due_.reset();
    try {
      if (!delivery_)
        begin();
      delivery_->step(wall_now(), now);
      history_trouble_.clear();
      if (const auto next = delivery_->next())
        due_ = *next;
    } catch (const std::exception& e) {
      history_trouble_ = e.what();
      due_ = now + history_patience;
    }
    if (looks_anyway_)
      due_ = std::min(due_.value_or(now + look_anyway), now + look_anyway);
  }
  std::optional<nanoseconds> next() const override {
    return due_;
  }
  void wake(nanoseconds now) override {
    // What an event is amended with comes soon after it.
    const auto look = now + until_stored;
    if (delivery_)
      delivery_->wake(look);
    const auto wanted = delivery_ && delivery_->next() ? *delivery_->next() : look;
    due_ = due_ ? std::min(*due_, wanted) : wanted;
  }
  export_report report() override {
    export_report result;
    result.target = target_;
    result.trouble = history_trouble_;
    if (!delivery_)
      return result;
    if (delivery_->cursor())
      result.cursor = to_text(*delivery_->cursor());
    result.says = std::to_string(delivery_->sent()) + (delivery_->sent() == 1 ? " event sent" : " events sent");
    if (delivery_->refused() > 0)
      result.says += ", " + std::to_string(delivery_->refused()) + " refused for good";
    if (!delivery_->trouble().empty())
      result.trouble = "Events wait in the history, as the receiver of " + target_ + ' ' + delivery_->trouble() + '.';
    result.errors = delivery_->failures() - std::exchange(failures_before_, delivery_->failures());
    return result;
  }

private:
  void begin() {
    const auto kept = history_reader{history_}.recall(export_cursor_key(target_));
    delivery_.emplace(source_of(history_), send_, kept ? parse_export_cursor(*kept) : std::nullopt, share_);
  }

  const std::filesystem::path history_;
  const send_events send_;
  const double share_;
  const bool looks_anyway_;
  std::optional<event_delivery> delivery_;
  std::optional<nanoseconds> due_ = steady_now() + first_look;
  std::string history_trouble_;
  std::uint64_t failures_before_ = 0;
};

http_request request_to(const otlp_policy& policy) {
  http_request result;
  result.url = logs_url(policy.endpoint);
  result.headers = {"Content-Type: application/json"};
  result.headers.insert(result.headers.end(), policy.headers.begin(), policy.headers.end());
  result.ca_file = policy.tls_ca;
  result.certificate_file = policy.tls_certificate;
  result.key_file = policy.tls_key;
  result.timeout = policy.timeout;
  return result;
}

/// A sign of life is not kept: one that is late says nothing.
class heartbeat_errand final : public errand {
public:
  heartbeat_errand(const places& where, const otlp_policy& policy, export_origin origin, std::function<bool()> is_over)
    : errand("heartbeat"), where_(where), policy_(policy), origin_(std::move(origin)), is_over_(std::move(is_over)) {
  }
  void run(nanoseconds now) override {
    due_ = now + policy_.heartbeat;
    auto request = request_to(policy_);
    std::string state = "unknown";
    try {
      state = to_string(inspect_health(find_health_page(where_)).verdict.state);
    } catch (const std::exception&) { // its page is looked after by others
    }
    request.body = compose_otlp_heartbeat(origin_, state, wall_now());
    const auto verdict = judge_answer(post_http(request, is_over_));
    verdict.what == send_outcome::taken ? ++sent_ : ++errors_;
  }
  std::optional<nanoseconds> next() const override {
    return due_;
  }
  export_report report() override {
    return {target_, {}, std::to_string(sent_) + " sent", {}, std::exchange(errors_, 0)};
  }

private:
  const places where_;
  const otlp_policy policy_;
  const export_origin origin_;
  const std::function<bool()> is_over_;
  nanoseconds due_ = steady_now() + first_look;
  std::uint64_t sent_ = 0, errors_ = 0;
};

/// What the thread and its owner share; the thread may outlive its owner.
class carrier_work {
public:
  carrier_work(places where, exporter_policy policy, bool to_journal, std::function<void(const export_report&)> report)
    : where_(std::move(where)), policy_(std::move(policy)), to_journal_(to_journal), report_(std::move(report)) {
  }

  void wake() {
    std::lock_guard guard{mutex_};
    is_woken_ = true;
    wake_.notify_all();
  }

  void run() {
    const auto errands = make_errands();
    std::unique_lock lock{mutex_};
    while (!is_over_) {
      std::optional<nanoseconds> due;
      if (std::exchange(is_woken_, false))
        for (const auto& x : errands)
          x->wake(steady_now());
      for (const auto& x : errands)
        if (const auto next = x->next(); next && (!due || *next < *due))
          due = next;
      const auto is_wanted = [this] { return is_over_ || is_woken_; };
      if (!due)
        wake_.wait(lock, is_wanted);
      else if (*due > steady_now())
        wake_.wait_until(lock, std::chrono::steady_clock::time_point{*due}, is_wanted);
      if (is_over_ || is_woken_)
        continue;
      lock.unlock();
      for (const auto& x : errands)
        if (const auto next = x->next(); next && *next <= steady_now() && !is_over()) {
          x->run(steady_now());
          report(x->report());
        }
      lock.lock();
    }
    is_gone_ = true;
    wake_.notify_all();
  }

  /// Ends what is under way; waits for that, but not for long. From here on nothing is reported.
  void end() {
    std::unique_lock lock{mutex_};
    is_over_ = true;
    wake_.notify_all();
    wake_.wait_for(lock, longest_farewell, [this] { return is_gone_; });
    report_ = nullptr;
  }

private:
  bool is_over() {
    std::lock_guard guard{mutex_};
    return is_over_;
  }

  void report(const export_report& x) {
    std::lock_guard guard{mutex_};
    if (report_)
      report_(x);
  }

  std::vector<std::unique_ptr<errand>> make_errands() {
    std::vector<std::unique_ptr<errand>> result;
    const auto origin = own_origin(policy_.labels);
    const auto is_ending = [this] { return is_over(); }; // run() outlives them
    if (!policy_.textfile.empty())
      result.push_back(std::make_unique<textfile_errand>(where_, policy_));
    if (to_journal_)
      result.push_back(std::make_unique<delivery_errand>(
        "journal", where_.database(),
        [origin](const std::vector<exported_event>& events) {
          http_answer answer;
          answer.status = 200;
          for (const auto& x : events)
            if (auto problem = send_journal(compose_journal_entry(origin, x)); !problem.empty())
              return http_answer{0, std::move(problem), {}, {}};
          return answer;
        },
        share_of(origin.host), false));
    if (const auto& otlp = policy_.otlp; !otlp.endpoint.empty()) {
      result.push_back(std::make_unique<delivery_errand>(
        "otlp", where_.database(),
        [origin, otlp, is_ending](const std::vector<exported_event>& events) {
          auto request = request_to(otlp);
          request.body = compose_otlp(origin, events, wall_now());
          return post_http(request, is_ending);
        },
        share_of(origin.host), true));
      if (otlp.heartbeat > nanoseconds::zero())
        result.push_back(std::make_unique<heartbeat_errand>(where_, otlp, origin, is_ending));
    }
    return result;
  }

  const places where_;
  const exporter_policy policy_;
  const bool to_journal_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::function<void(const export_report&)> report_;
  bool is_woken_ = false, is_over_ = false, is_gone_ = false;
};

class carrier_thread final : public export_carrier {
public:
  explicit carrier_thread(std::shared_ptr<carrier_work> work) : work_(std::move(work)) {
    start_expendable("pm-export", [shared = work_] { shared->run(); });
  }
  ~carrier_thread() override {
    work_->end();
  }
  void wake() override {
    work_->wake();
  }

private:
  std::shared_ptr<carrier_work> work_;
};

} // namespace

open_carrier host_carrier(const places& where, bool to_journal) {
  return [where, to_journal](const exporter_policy& policy,
                             std::function<void(const export_report&)> report) -> std::unique_ptr<export_carrier> {
    const bool journal = to_journal && policy.journal;
    if (policy.textfile.empty() && policy.otlp.endpoint.empty() && !journal)
      return nullptr;
    return std::make_unique<carrier_thread>(std::make_shared<carrier_work>(where, policy, journal, std::move(report)));
  };
}

export_origin own_origin(const std::vector<std::string>& labels) {
  return {PMACTOR_VERSION, own_host_identity(), parse_host_labels(labels)};
}

std::string logs_url(const std::string& endpoint) {
  auto result = endpoint;
  while (result.ends_with('/'))
    result.pop_back();
  const auto host = result.find("://");
  const bool has_path = host != std::string::npos && result.find('/', host + 3) != std::string::npos;
  return has_path ? result : result + "/v1/logs";
}

void replace_textfile(const std::string& file, const std::string& content) {
  const auto fresh = file + ".new"; // node_exporter reads only what ends in .prom
  const auto fail = [&](int error) {
    ::unlink(fresh.c_str());
    throw std::runtime_error("Cannot write the metrics to " + file + ": " + std::strerror(error)
                             + "; make its folder, give pmactor the right to write there, or change metrics.textfile.");
  };
  ::unlink(fresh.c_str());
  owned_descriptor d{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
  if (d.get() < 0)
    fail(errno);
  for (std::string_view rest = content; !rest.empty();) {
    const auto n = ::write(d.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      fail(n < 0 ? errno : ENOSPC);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fchmod(d.get(), 0644) != 0) // whatever the umask is: another user's program reads it
    fail(errno);
  d.reset();
  if (::rename(fresh.c_str(), file.c_str()) != 0)
    fail(errno);
}

} // namespace pmactor
