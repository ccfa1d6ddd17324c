// What the CARRIER's threads do now and then, one class a target. Each says when it is due; its
// thread does nothing else meanwhile, so what may wait long for a network and what may wait for a
// disk belong to different threads.
#pragma once

#include "actors/exporter/export_carrier.hpp"
#include "app/export/compose_otlp_logs.hpp"
#include "app/instance/places.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// For one thread at a time. Moments are of the steady clock.
class export_job {
public:
  explicit export_job(std::string target) : target_(std::move(target)) {
  }
  export_job(const export_job&) = delete;
  export_job& operator=(const export_job&) = delete;
  virtual ~export_job() = default;
  virtual void run(std::chrono::nanoseconds now) = 0;
  /// @returns when it is due; nullopt: not before wake().
  virtual std::optional<std::chrono::nanoseconds> next() const = 0;
  /// There may be a new event.
  virtual void wake(std::chrono::nanoseconds) {
  }
  virtual export_report report() = 0;

protected:
  const std::string target_;
};

std::unique_ptr<export_job> make_textfile_job(const places& where, const exporter_policy& policy);
std::unique_ptr<export_job> make_journal_job(const places& where, const export_origin& origin);
/// @param is_over as post_http() has it.
std::unique_ptr<export_job> make_otlp_job(const places& where, const otlp_policy& policy,
                                         const export_origin& origin,
                                         const std::function<bool()>& is_over);
std::unique_ptr<export_job> make_heartbeat_job(const places& where, const otlp_policy& policy,
                                              const export_origin& origin,
                                              const std::function<bool()>& is_over);

/// @returns the URL for logs: "/v1/logs" is added where the endpoint names no path.
std::string logs_url(const std::string& endpoint);

/// Puts a whole file in the place of another, for those who read it at any moment. Not kept from a
/// power loss, so that an idle disk sleeps on.
/// @throws std::runtime_error, one sentence with what to do.
void replace_textfile(const std::string& file, const std::string& content);

} // namespace pmactor
