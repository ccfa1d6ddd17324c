// One document of powermetrics as a test words it, decoded. Include after support/test.hpp.
#pragma once

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace pmactor {

inline decoded_document decode(const std::string& document) {
  return sample_decoder{}.decode(document);
}

/// The sample of a document of one second with these entries, which must be in order.
inline power_sample sample_of(const std::string& entries) {
  auto result = decode(second_document(entries));
  CAF_REQUIRE_EQUAL(result.damage, "");
  CAF_REQUIRE(result.sample.has_value());
  return *result.sample;
}

/// The one process of such a document, with these entries.
inline task_sample task_of(const std::string& entries) {
  const auto sample = sample_of(plist_array("tasks", plist_dict(plist_integer("pid", 7) + entries)));
  CAF_REQUIRE_EQUAL(sample.tasks.size(), 1u);
  return sample.tasks[0];
}

inline bool near(std::optional<double> value, double expected) {
  return value && std::abs(*value - expected) <= 1e-9 * std::max(1.0, std::abs(expected));
}

} // namespace pmactor
