#include "app/export/export_jobs.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/send_journal.hpp"
#include "actors/host/transfer_fully.hpp"
#include "actors/notifier/decide_resend.hpp"
#include "actors/notifier/judge_http_answer.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/export/compose_journal_entry.hpp"
#include "app/export/deliver_events.hpp"
#include "app/export/gather_metrics.hpp"
#include "app/views/inspect_health.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
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

constexpr auto first_look = 3s;        ///< From the start until events of the run before are stored.
constexpr auto until_amended = 500ms;  ///< What an event is amended with comes soon after it, as a rule.
constexpr auto look_anyway = 60s;      ///< With a receiver that must not miss what others wrote into the history.
constexpr auto history_patience = 30s; ///< After the history could not be read.

nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

double wall_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
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
  result.after = [file](std::int64_t id, std::size_t most) {
    return event_reader{file}.after(id, most);
  };
  result.find = [file](std::int64_t id) { return event_reader{file}.find(id); };
  return result;
}

class textfile_job final : public export_job {
public:
  textfile_job(const places& where, const exporter_policy& policy)
    : export_job("textfile"), file_(policy.textfile), every_(policy.textfile_every),
      source_(where, policy.labels) {
  }
  void run(nanoseconds now) override {
    due_ = now + every_;
    is_file_at_fault_ = false;
    try {
      const auto metrics = source_.read(exposition_format::prometheus);
      is_file_at_fault_ = true;
      replace_textfile(file_, metrics);
      is_file_at_fault_ = false;
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
    return {target_, {}, "written to " + file_, trouble_, std::exchange(errors_, 0),
            is_file_at_fault_ ? textfile_setting : ""};
  }

private:
  const std::string file_;
  const nanoseconds every_;
  metrics_source source_;
  nanoseconds due_ = steady_now() + first_look;
  std::string trouble_;
  bool is_file_at_fault_ = false; ///< And not what was to be written.
  std::uint64_t errors_ = 0;
};

class delivery_job final : public export_job {
public:
  delivery_job(std::string target, std::filesystem::path history, send_events send, double share,
                  bool looks_anyway)
    : export_job(std::move(target)), history_(std::move(history)), send_(std::move(send)),
      share_(share), looks_anyway_(looks_anyway) {
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
    const auto look = now + until_amended;
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
    result.says =
      std::to_string(delivery_->sent()) + (delivery_->sent() == 1 ? " event sent" : " events sent");
    if (delivery_->refused() > 0)
      result.says += ", " + std::to_string(delivery_->refused()) + " refused for good";
    if (!delivery_->trouble().empty())
      result.trouble = "Events wait in the history, as the receiver of " + target_ + ' '
                       + delivery_->trouble() + '.';
    result.errors = delivery_->failures() - std::exchange(failures_before_, delivery_->failures());
    return result;
  }

private:
  void begin() {
    const auto kept = history_reader{history_}.recall(export_cursor_key(target_));
    delivery_.emplace(source_of(history_), send_, kept ? parse_export_cursor(*kept) : std::nullopt,
                      share_);
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
  result.headers = policy.headers;
  result.ca_file = policy.tls_ca;
  result.certificate_file = policy.tls_certificate;
  result.key_file = policy.tls_key;
  result.timeout = policy.timeout;
  return result;
}

/// A sign of life is not kept: one that is late says nothing. A receiver that fails is asked more
/// and more seldom, or when it says.
class heartbeat_job final : public export_job {
public:
  heartbeat_job(const places& where, const otlp_policy& policy, export_origin origin,
                   std::function<bool()> is_over)
    : export_job("heartbeat"), where_(where), policy_(policy), origin_(std::move(origin)),
      is_over_(std::move(is_over)), retry_(share_of(origin_.host)) {
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
    const auto answer = post_http(request, is_over_);
    const auto verdict = judge_http_answer(answer);
    if (verdict.what == send_outcome::taken) {
      ++sent_;
      retry_.succeeded();
      trouble_.clear();
      return;
    }
    ++errors_;
    due_ = std::max(due_, steady_now() + retry_.failed(verdict, answer));
    trouble_ = "No sign of life is taken, as the receiver of otlp " + verdict.says + '.';
  }
  std::optional<nanoseconds> next() const override {
    return due_;
  }
  export_report report() override {
    return {target_, {}, std::to_string(sent_) + " sent", trouble_, std::exchange(errors_, 0)};
  }

private:
  const places where_;
  const otlp_policy policy_;
  const export_origin origin_;
  const std::function<bool()> is_over_;
  resend_backoff retry_;
  nanoseconds due_ = steady_now() + first_look;
  std::string trouble_;
  std::uint64_t sent_ = 0, errors_ = 0;
};

} // namespace

std::unique_ptr<export_job> make_textfile_job(const places& where, const exporter_policy& policy) {
  return std::make_unique<textfile_job>(where, policy);
}

std::unique_ptr<export_job> make_journal_job(const places& where, const export_origin& origin) {
  return std::make_unique<delivery_job>(
    "journal", where.database(),
    [origin](const std::vector<exported_event>& events) {
      http_answer answer;
      answer.status = 200;
      for (const auto& x : events)
        if (auto problem = send_journal(compose_journal_entry(origin, x)); !problem.empty())
          return http_answer{0, std::move(problem), {}, {}};
      return answer;
    },
    share_of(origin.host), false);
}

std::unique_ptr<export_job> make_otlp_job(const places& where, const otlp_policy& policy,
                                         const export_origin& origin,
                                         const std::function<bool()>& is_over) {
  return std::make_unique<delivery_job>(
    "otlp", where.database(),
    [origin, policy, is_over](const std::vector<exported_event>& events) {
      auto request = request_to(policy);
      request.body = compose_otlp_logs(origin, events, wall_now());
      return post_http(request, is_over);
    },
    share_of(origin.host), true);
}

std::unique_ptr<export_job> make_heartbeat_job(const places& where, const otlp_policy& policy,
                                              const export_origin& origin,
                                              const std::function<bool()>& is_over) {
  return std::make_unique<heartbeat_job>(where, policy, origin, is_over);
}

std::string logs_url(const std::string& endpoint) {
  auto result = endpoint;
  while (result.ends_with('/'))
    result.pop_back();
  const auto host = result.find("://");
  const bool has_path =
    host != std::string::npos && result.find('/', host + 3) != std::string::npos;
  return has_path ? result : result + "/v1/logs";
}

void replace_textfile(const std::string& file, const std::string& content) {
  const auto fresh = file + ".new"; // node_exporter reads only what ends in .prom
  const auto fail = [&](int error) {
    ::unlink(fresh.c_str());
    throw std::runtime_error(
      "Cannot write the metrics to " + file + ": " + std::strerror(error)
      + "; make its folder, give pmactor the right to write there, or change metrics.textfile.");
  };
  ::unlink(fresh.c_str());
  owned_descriptor d{
    ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
  if (d.get() < 0)
    fail(errno);
  if (!write_fully(d.get(), content))
    fail(errno);
  if (::fchmod(d.get(), 0644) != 0) // whatever the umask is: another user's program reads it
    fail(errno);
  d.reset();
  if (::rename(fresh.c_str(), file.c_str()) != 0)
    fail(errno);
}

} // namespace pmactor
