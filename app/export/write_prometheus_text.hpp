// Writes metrics in the two text forms that Prometheus reads, its exposition formats: OpenMetrics 1.0, and the older
// one (0.0.4), which is also what node_exporter's textfile collector takes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

enum class exposition_format : std::uint8_t { openmetrics, prometheus };

/// @returns what an HTTP answer in this form is called.
std::string_view content_type_of(exposition_format format);

/// @returns the form that a client prefers, by its Accept header.
exposition_format format_for(std::string_view accept);

enum class metric_type : std::uint8_t { counter, gauge, histogram, info };

using metric_labels = std::vector<std::pair<std::string, std::string>>;

/// A single event behind a count; the older form has none.
struct metric_exemplar {
  metric_labels labels; ///< 128 characters at most, all names and values together.
  double value = 0;
  double at = 0; ///< Unix seconds.
};

class exposition {
public:
  explicit exposition(exposition_format format) : format_(format) {
  }

  /// Begins a family. @param name without "_total", "_info" and the like; with its unit, if it has one.
  void family(std::string_view name, metric_type type, std::string_view unit, std::string_view help);
  /// A sample of a counter, a gauge or an info.
  void sample(const metric_labels& labels, double value, const std::optional<metric_exemplar>& exemplar = {});
  /// A classic histogram. @param counts one more than edges; not added up.
  void histogram(const metric_labels& labels, const std::vector<double>& edges,
                 const std::vector<std::uint64_t>& counts, double sum,
                 const std::vector<std::optional<metric_exemplar>>& exemplars = {});

  /// @returns the whole document. Call once.
  std::string finish();

private:
  void line(std::string_view suffix, const metric_labels& labels, double value,
            const std::optional<metric_exemplar>& exemplar);

  exposition_format format_;
  std::string name_, text_;
  metric_type type_ = metric_type::gauge;
};

/// @returns the number as both forms have it: "1", "0.25", "+Inf".
std::string metric_number(double x);

} // namespace pmactor
