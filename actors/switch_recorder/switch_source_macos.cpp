#include "actors/switch_recorder/switch_source.hpp"

namespace pmactor {
namespace {

class no_switches : public switch_source {
public:
  switch_log take(std::chrono::nanoseconds) override {
    return {};
  }
  bool follow(const switch_rate&) override {
    return false;
  }
  recorder_state state() const override {
    return {-1, {}, "macOS has no record of its scheduler that a program may keep"};
  }
};

} // namespace

std::unique_ptr<switch_source> start_host_switches(const switch_recorder_policy&) {
  return std::make_unique<no_switches>();
}

} // namespace pmactor
