#include "app/export/write_prometheus_text.hpp"

#include "messages/quote.hpp"
#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <cmath>
#include <cstdlib>

namespace pmactor {
namespace {

std::string_view word_of(metric_type x) {
  switch (x) {
    case metric_type::counter:
      return "counter";
    case metric_type::gauge:
      return "gauge";
    case metric_type::histogram:
      return "histogram";
    case metric_type::info:
      return "info";
  }
  return "unknown";
}

/// @returns a label's value between its quotes. Foreign bytes that are no UTF-8 are replaced.
std::string label_value(std::string_view text) {
  std::string result;
  for (const char c : harmless(text)) {
    if (c == '\\' || c == '"')
      result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result;
}

std::string in_braces(const metric_labels& labels) {
  std::string result;
  for (const auto& [name, value] : labels)
    result += (result.empty() ? "" : ",") + name + "=\"" + label_value(value) + '"';
  return '{' + result + '}';
}

/// OpenMetrics has "1.0" where a bound is a whole number, the older form "1".
std::string bound(double edge, exposition_format format) {
  auto result = metric_number(edge);
  if (format == exposition_format::openmetrics && result.find_first_not_of("0123456789") == std::string::npos)
    result += ".0";
  return result;
}

} // namespace

std::string_view content_type_of(exposition_format format) {
  return format == exposition_format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                  : "text/plain; version=0.0.4; charset=utf-8";
}

exposition_format format_for(std::string_view accept) {
  return accept.find("application/openmetrics-text") != std::string_view::npos ? exposition_format::openmetrics
                                                                               : exposition_format::prometheus;
}

std::string metric_number(double x) {
  if (std::isinf(x))
    return x > 0 ? "+Inf" : "-Inf";
  if (std::isnan(x))
    return "NaN";
  const auto text = printed("%.15g", x);
  return std::strtod(text.c_str(), nullptr) == x ? text : printed("%.17g", x);
}

void exposition::family(std::string_view name, metric_type type, std::string_view unit, std::string_view help) {
  name_ = name;
  type_ = type;
  const bool is_open = format_ == exposition_format::openmetrics;
  auto shown = name_;
  auto shown_type = word_of(type);
  if (!is_open && type == metric_type::counter)
    shown += "_total";
  if (!is_open && type == metric_type::info) {
    shown += "_info";
    shown_type = "gauge";
  }
  text_ += "# HELP " + shown + ' ' + std::string{help} + '\n';
  text_ += "# TYPE " + shown + ' ' + std::string{shown_type} + '\n';
  if (is_open && !unit.empty())
    text_ += "# UNIT " + shown + ' ' + std::string{unit} + '\n';
}

void exposition::sample(const metric_labels& labels, double value, const std::optional<metric_exemplar>& exemplar) {
  line(type_ == metric_type::counter ? "_total" : type_ == metric_type::info ? "_info" : "", labels, value, exemplar);
}

void exposition::histogram(const metric_labels& labels, const std::vector<double>& edges,
                           const std::vector<std::uint64_t>& counts, double sum,
                           const std::vector<std::optional<metric_exemplar>>& exemplars) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    auto with_bound = labels;
    with_bound.emplace_back("le", i < edges.size() ? bound(edges[i], format_) : "+Inf");
    line("_bucket", with_bound, static_cast<double>(total),
         i < exemplars.size() ? exemplars[i] : std::nullopt);
  }
  line("_count", labels, static_cast<double>(total), {});
  line("_sum", labels, sum, {});
}

void exposition::line(std::string_view suffix, const metric_labels& labels, double value,
                      const std::optional<metric_exemplar>& exemplar) {
  text_ += name_ + std::string{suffix} + (labels.empty() ? "" : in_braces(labels)) + ' ' + metric_number(value);
  if (exemplar && format_ == exposition_format::openmetrics)
    text_ += " # " + in_braces(exemplar->labels) + ' ' + metric_number(exemplar->value) + ' '
             + printed("%.3f", exemplar->at);
  text_ += '\n';
}

std::string exposition::finish() {
  if (format_ == exposition_format::openmetrics)
    text_ += "# EOF\n";
  return std::move(text_);
}

} // namespace pmactor
