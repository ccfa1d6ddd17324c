#include "actors/supervision/log.hpp"

#include <atomic>

namespace pmactor {
namespace {

std::atomic<log_sink> current_sink{nullptr};

} // namespace

void set_log_sink(log_sink sink) {
  current_sink.store(sink);
}

void log_line(log_level level, std::string_view component, std::string_view event,
              std::string_view sentence) {
  if (const auto sink = current_sink.load(std::memory_order_relaxed))
    sink(level, component, event, sentence);
}

} // namespace pmactor
