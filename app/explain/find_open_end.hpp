// Decides what it means that the record ends before the present. Pure.
#pragma once

#include "actors/supervision/judge_health.hpp"
#include "app/explain/explain_span.hpp"

#include <optional>

namespace pmactor {

/// @returns whether the process of the daemon is there.
bool is_there(health_state x);

/// @returns that it goes on, if the daemon is there and the record does not reach the present.
/// @param now Unix seconds.
std::optional<open_end> find_open_end(const span_record& record, const health_verdict& daemon,
                                      double now);

/// @returns when the daemon was there last, if it is there no more and nothing newer is stored; never before the newest
/// sample. @param now Unix seconds.
std::optional<double> find_end(const span_record& record, const health_verdict& daemon, double now);

} // namespace pmactor
