#include "actors/black_box/compose_outage.hpp"

#include "actors/black_box/box_slot.hpp"
#include "actors/black_box/compose_record.hpp"
#include "actors/black_box/describe_last_minute.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t longest_says = 200, most_debts = 4;

/// A JSON object, member by member.
class object {
public:
  void text(const char* name, const std::string& value) {
    if (!value.empty())
      raw(name, json_quoted(value));
  }
  void raw(const char* name, const std::string& value) {
    text_ += (text_.size() > 1 ? "," : "") + json_quoted(name) + ':' + value;
  }
  /// The same for what may be left out, where the whole would not fit in a slot of the ring.
  void raw_if_it_fits(const char* name, const std::string& value) {
    if (text_.size() + value.size() + std::string_view{name}.size() + 5 <= box_slot::longest_facts)
      raw(name, value);
  }
  std::string end() {
    return text_ + '}';
  }

private:
  std::string text_ = "{";
};

std::string list_of_stalls(const box_record& last) {
  std::string result = "[";
  for (const auto& x : last.stalls)
    result +=
      (result.size() > 1 ? "," : "") + std::string{"{\"resource\":"}
      + json_quoted(to_string(x.resource)) + ",\"name\":" + json_quoted(x.name)
      + printed(",\"for\":%.3f}", to_seconds(std::max(nanoseconds{}, last.at.awake - x.since)));
  return result + ']';
}

std::string list_of_handlers(const std::vector<box_handler>& handlers) {
  std::string result = "[";
  for (const auto& x : handlers)
    result += (result.size() > 1 ? "," : "") + std::string{"{\"actor\":"} + json_quoted(x.actor)
              + ",\"message\":" + json_quoted(x.message) + '}';
  return result + ']';
}

std::string list_of_disks(const box_record& last) {
  std::string result = "[";
  for (const auto& x : last.disks)
    result += (result.size() > 1 ? "," : "") + std::string{"{\"name\":"} + json_quoted(x.name)
              + ",\"in_flight\":" + std::to_string(x.in_flight) + '}';
  return result + ']';
}

/// The newest of them, the oldest first.
std::string list_of_kernel_lines(const box_record& last) {
  constexpr std::size_t most = 4;
  const auto& all = last.kernel_lines;
  std::string result = "[";
  for (auto i = all.size() - std::min(all.size(), most); i < all.size(); ++i)
    result += (result.size() > 1 ? "," : "") + json_quoted(all[i]);
  return result + ']';
}

/// Small, as it travels in a slot of the ring.
std::string facts_of(const outage_verdict& verdict, const std::vector<box_record>& records,
                     const start_traces& now) {
  const auto& last = records.back();
  object out;
  out.text("cause", to_string(verdict.cause));
  out.text("title", std::string{verdict.says.substr(0, longest_says)});
  out.text("of", is_of_machine(verdict.cause) ? "machine" : "daemon");
  out.raw("length_known", verdict.is_length_known ? "true" : "false");
  out.text("last_minute", describe_last_minute(records));
  out.raw("last_record", printed("%.3f", to_seconds(last.at.wall)));
  if (const auto sign = last_sign_of(last, now); sign.total > last.at.total)
    out.raw("last_sign", printed("%.3f", to_seconds(sign.wall)));
  out.raw("up_for", printed("%.3f", to_seconds(last.at.total)));
  out.text("version", last.version);
  out.text("boot_id", last.run.boot_id);
  out.text("next_boot_id", now.run.boot_id);
  if (last.battery_pct)
    out.raw("battery", printed("%.0f", *last.battery_pct));
  const bool has_trace = now.daemon && now.daemon->run == last.run;
  if (const auto& handlers = has_trace ? now.daemon->handlers : last.handlers; !handlers.empty())
    out.raw_if_it_fits("handlers", list_of_handlers(handlers));
  if (!last.kernel_lines.empty())
    out.raw_if_it_fits("kernel", list_of_kernel_lines(last));
  if (!last.stalls.empty())
    out.raw_if_it_fits("stalls", list_of_stalls(last));
  if (!last.disks.empty())
    out.raw_if_it_fits("disks", list_of_disks(last));
  return out.end();
}

std::vector<culprit> busy_of(const box_record& last) {
  std::vector<culprit> result;
  for (const auto& x : last.processes) {
    std::vector<std::string> did;
    const auto add = [&did](const std::optional<double>& value, double least, const char* format,
                            double unit) {
      if (value && *value >= least)
        did.push_back(printed(format, *value / unit));
    };
    add(x.cpu_pct, 5, "used %.0f %% CPU", 1);
    add(x.io_write, 1e6, "wrote %.1f MB/s", 1e6);
    add(x.io_read, 1e6, "read %.1f MB/s", 1e6);
    if (x.state == 'D')
      did.push_back("waited" + (x.waits_in.empty() ? std::string{} : " in " + x.waits_in));
    if (!did.empty())
      result.push_back({x.pid, x.start_time, x.name, joined(did)});
  }
  return result;
}

/// @returns how much later than its last sign of life the run may have ended: until the next one was due.
nanoseconds uncertainty_of(const outage_verdict& verdict, const std::vector<box_record>& records,
                           const start_traces& now, const black_box_policy& policy) {
  constexpr nanoseconds pulse = std::chrono::seconds{1};
  const auto& last = records.back();
  const bool had_pulse = verdict.stayed_up && now.daemon && now.daemon->run == last.run
                         && now.daemon->pulse.total > nanoseconds{};
  if (had_pulse || last.end)
    return pulse;
  const bool is_urgent = !last.stalls.empty()
                         || (!last.seconds.empty() && last.seconds.back().stress.total() >= policy.urgent_stress);
  const auto least = std::max(pulse, is_urgent ? policy.urgent_period : policy.period);
  if (records.size() < 2 || records[records.size() - 2].run != last.run)
    return least;
  return std::clamp(last.at.awake - records[records.size() - 2].at.awake, least, policy.quiet_period);
}

} // namespace

event_record compose_outage(const outage_verdict& verdict, const std::vector<box_record>& records,
                            const start_traces& now, const black_box_policy& policy) {
  const auto& last = records.back();
  event_record result;
  auto& event = result.event;
  event.kind = event_kind::outage;
  event.id = mint_event_id(event_kind::outage, last.at.wall);
  event.before = last.at;
  event.after = now.now;
  event.ended = verdict.ended;
  event.started = verdict.began;
  event.duration = verdict.ended - verdict.began;
  event.uncertainty = uncertainty_of(verdict, records, now, policy);
  event.sure = verdict.sure;
  event.scope = is_of_machine(verdict.cause) ? pause_scope::system : pause_scope::daemon_only;
  event.evidence.push_back(verdict.says);
  if (const auto minute = describe_last_minute(records); !minute.empty())
    event.evidence.push_back("the last minute: " + minute);
  event.evidence.insert(event.evidence.end(), verdict.evidence.begin(), verdict.evidence.end());
  event.facts = facts_of(verdict, records, now);
  if (is_mishap(verdict.cause)) {
    for (const auto& x : last_seconds(records))
      result.lead_up.push_back(sample_of(x, last));
    result.culprits = busy_of(last);
  }
  if (!last.seconds.empty())
    result.stress = last.seconds.back().stress;
  return result;
}

std::vector<box_debt> debts_of(const box_opening& x) {
  std::vector<box_debt> result;
  if (x.outage)
    result.push_back(debt_of(*x.outage));
  for (const auto& debt : x.debts)
    if (result.size() < most_debts)
      result.push_back(debt_of(debt));
  return result;
}

box_debt debt_of(const event_record& x) {
  const auto& event = x.event;
  return {event.id,   event.started,  event.ended,           event.duration, event.uncertainty,
          event.sure, event.evidence, event.facts.value_or("")};
}

event_record event_of(const box_debt& x) {
  event_record result;
  auto& event = result.event;
  event.id = x.id;
  event.kind = event_kind::outage;
  event.started = x.started;
  event.ended = x.ended;
  event.duration = x.duration;
  event.uncertainty = x.uncertainty;
  event.sure = x.sure;
  event.evidence = x.evidence;
  event.facts = x.facts;
  return result;
}

std::optional<event_amendment> amend_length(const event_record& x, const box_record& last,
                                            const clock_sample& start) {
  outage_verdict known;
  if (!decide_length(known, last.at, start, false))
    return std::nullopt;
  event_amendment result;
  result.id = x.event.id;
  result.over = event_amendment::end{known.ended, known.ended - known.began};
  auto facts = x.event.facts.value_or("{}");
  constexpr std::string_view unknown = "\"length_known\":false", found = "\"length_known\":true";
  if (const auto at = facts.find(unknown); at != facts.npos)
    facts.replace(at, unknown.size(), found);
  result.facts = std::move(facts);
  return result;
}

} // namespace pmactor
