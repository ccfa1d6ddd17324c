// All that the user may set of the EXPORTER.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pmactor {

/// `[export.otlp]` in the settings: a receiver of OpenTelemetry's logs over HTTP.
struct otlp_policy {
  std::string endpoint; ///< As "https://collector:4318"; empty for none.
  std::vector<std::string> headers; ///< "Name: value".
  std::string tls_ca, tls_certificate, tls_key; ///< Files; empty for the system's own, and for none.
  std::chrono::nanoseconds heartbeat = std::chrono::minutes{1}; ///< Zero for none.
  std::chrono::nanoseconds timeout = std::chrono::seconds{10};  ///< Of one request.
  friend bool operator==(const otlp_policy&, const otlp_policy&) = default;
};

/// The key of exporter_policy::textfile. `doctor` knows by it what to mend.
inline constexpr const char* textfile_setting = "metrics.textfile";

struct exporter_policy {
  std::string textfile; ///< Where metrics are written; empty for nowhere.
  std::chrono::nanoseconds textfile_every = std::chrono::seconds{15};
  bool journal = true; ///< Whether events are sent to the system's journal, where there is one.
  otlp_policy otlp;
  std::vector<std::string> labels; ///< `[host] labels`
  friend bool operator==(const exporter_policy&, const exporter_policy&) = default;
};

} // namespace pmactor
