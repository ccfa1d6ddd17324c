#include "app/selftest/score_selftest.hpp"

#include "app/views/json_form.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pmactor {
namespace {

/// Seconds by which the ends of what belongs together may differ.
constexpr double slack = 0.15;

bool overlap(double a_begin, double a_end, double b_begin, double b_end, double within = slack) {
  return a_begin <= b_end + within && b_begin <= a_end + within;
}

/// How much of both is common, in seconds.
double common(const inflicted& a, const reported& b) {
  return std::min(a.ended, b.ended) - std::max(a.started, b.started);
}

/// @returns whether something reported may be the report of a load.
bool may_be_of(const reported& y, const inflicted& load) {
  return (!y.is_stall || load.is_stall) && overlap(load.started, load.ended, y.started, y.ended);
}

/// @returns whether it is called what it was.
bool is_called(const inflicted& x, const reported& by) {
  return std::find(x.causes.begin(), x.causes.end(), by.cause) != x.causes.end();
}

std::string in_ms(double seconds) {
  return printed("%+.0f ms", seconds * 1000);
}

double worst(const std::vector<double>& values) {
  double result = 0;
  for (const double x : values)
    if (std::abs(x) > std::abs(result))
      result = x;
  return result;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double x : values)
    sum += x;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

std::vector<double> sizes(std::vector<double> values) {
  for (auto& x : values)
    x = std::abs(x);
  return values;
}

} // namespace

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double p95(std::vector<double> values) {
  if (values.empty())
    return 0;
  const auto rank =
    values.begin() + static_cast<std::ptrdiff_t>((values.size() * 95 + 99) / 100 - 1);
  std::nth_element(values.begin(), rank, values.end());
  return *rank;
}

bool selftest_score::good() const {
  return invented == 0 && std::all_of(kinds.begin(), kinds.end(), [](const auto& x) {
           return x.second.misses == 0 && x.second.confidently_wrong == 0 && x.second.enough();
         });
}

selftest_score score_selftest(const std::vector<inflicted>& truth, const std::vector<reported>& found,
                              const std::vector<observed_gap>& observed) {
  selftest_score result;
  std::vector<bool> taken(found.size(), false);
  const auto judge = [&](const inflicted& x, const reported& by) {
    auto& kind = result.kinds[x.kind];
    ++kind.called[by.cause];
    if (x.must_be_named) {
      ++kind.to_name;
      kind.named += by.cause == x.causes.front() ? 1 : 0;
    }
    const bool allowed = by.cause == pause_cause::unexplained || is_called(x, by);
    if (!allowed && by.sure != confidence::low)
      ++kind.confidently_wrong;
  };
  for (const auto& x : truth) {
    auto& kind = result.kinds[x.kind];
    ++kind.done;
    if (!x.measured) {
      kind.loads += x.must_be_found ? 1 : 0;
      kind.loads_found +=
        x.must_be_found
        && std::any_of(found.begin(), found.end(), [&](const reported& y) { return may_be_of(y, x); });
      continue;
    }
    std::optional<std::size_t> best;
    // What stalls beside it on a busy host is another stall.
    const auto merit = [&](const reported& y) { return std::pair{x.is_stall && is_called(x, y), common(x, y)}; };
    for (std::size_t i = 0; i < found.size(); ++i)
      if (!taken[i] && found[i].is_stall == x.is_stall && overlap(x.started, x.ended, found[i].started, found[i].ended, 0)
          && (!best || merit(found[i]) > merit(found[*best])))
        best = i;
    if (!best) {
      ++kind.misses;
      continue;
    }
    taken[*best] = true;
    ++kind.hits;
    kind.errors.push_back(found[*best].duration - (x.ended - x.started));
    if (x.stored_after)
      kind.delays.push_back(*x.stored_after);
    judge(x, found[*best]);
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (taken[i])
      continue;
    const auto load = std::find_if(truth.begin(), truth.end(), [&](const inflicted& x) {
      return !x.measured && may_be_of(found[i], x);
    });
    if (found[i].is_stall && (load == truth.end() || !is_called(*load, found[i]))) {
      ++result.other_stalls;
      continue;
    }
    if (load != truth.end()) {
      ++result.kinds[load->kind].hits;
      judge(*load, found[i]);
      continue;
    }
    const bool seen = std::any_of(observed.begin(), observed.end(), [&](const observed_gap& x) {
      return overlap(x.started, x.ended, found[i].started, found[i].ended);
    });
    ++(seen ? result.host_pauses : result.invented);
  }
  return result;
}

std::string selftest_report(const selftest_score& score) {
  std::string result =
    "KIND             DONE FOUND MISSED   ERROR: MEDIAN       P95     WORST      BIAS  ROW AFTER\n";
  for (const auto& [name, x] : score.kinds) {
    result += printed("%-16s %4d %5d %6d", name.c_str(), x.done, x.hits, x.misses);
    if (x.errors.empty())
      result += "                -         -         -         -";
    else
      result +=
        printed("  %15s %9s %9s %9s", printed("%.1f ms", median(sizes(x.errors)) * 1000).c_str(),
                printed("%.1f ms", p95(sizes(x.errors)) * 1000).c_str(),
                in_ms(worst(x.errors)).c_str(), in_ms(mean(x.errors)).c_str());
    result += x.delays.empty() ? "          -\n"
                               : printed("  %9s\n", printed("%.0f ms", worst(x.delays) * 1000).c_str());
  }
  result += "\nWHAT THEY WERE CALLED\n";
  for (const auto& [name, x] : score.kinds) {
    std::string causes;
    for (const auto& [cause, times] : x.called)
      causes += (causes.empty() ? "" : ", ") + to_string(cause) + ' ' + std::to_string(times);
    result +=
      printed("%-16s ", name.c_str()) + (causes.empty() ? "nothing to call" : causes)
      + (x.confidently_wrong > 0 ? printed("; %d confidently wrong", x.confidently_wrong) : "")
      + (x.loads_found * 2 < x.loads
           ? printed("; found in %d of %d, and more can be", x.loads_found, x.loads)
           : "")
      + (x.named * 2 < x.to_name ? printed("; %d of %d named, and more can be", x.named, x.to_name)
                                 : "")
      + '\n';
  }
  result += '\n';
  if (score.host_pauses > 0)
    result += std::to_string(score.host_pauses)
              + " more pauses were the host's own: an observer beside the daemon saw them as well.\n";
  if (score.other_stalls > 0)
    result += std::to_string(score.other_stalls)
              + " stalls were found beside that; whether they were real is not known here.\n";
  result += "Invented: " + std::to_string(score.invented) + ".\n";
  result += score.good()
              ? "Passed: nothing was missed, invented or confidently wrong.\n"
              : "FAILED: something was missed, invented, confidently wrong or not named.\n";
  return result;
}

std::string selftest_json(const selftest_score& score) {
  using json = nlohmann::ordered_json;
  json kinds = json::object();
  for (const auto& [name, x] : score.kinds) {
    json called = json::object();
    for (const auto& [cause, times] : x.called)
      called[to_string(cause)] = times;
    json one{{"done", x.done},     {"found", x.hits},
             {"missed", x.misses}, {"confidently_wrong", x.confidently_wrong},
             {"named", x.named},   {"to_name", x.to_name},
             {"called", called}};
    if (!x.errors.empty())
      one["error"] = {{"median", median(sizes(x.errors))},
                      {"p95", p95(sizes(x.errors))},
                      {"worst", worst(x.errors)},
                      {"bias", mean(x.errors)},
                      {"each", x.errors}};
    if (!x.delays.empty())
      one["row_after"] = {{"median", median(x.delays)}, {"worst", worst(x.delays)}, {"each", x.delays}};
    kinds[name] = std::move(one);
  }
  auto result = begin_json();
  result.update({{"good", score.good()},
                 {"invented", score.invented},
                 {"host_pauses", score.host_pauses},
                 {"other_stalls", score.other_stalls},
                 {"kinds", kinds}});
  return dumped(result, true);
}

} // namespace pmactor
