// The jobs of a capture in the simulated world: they take their time, fail, or hang until they are stopped.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"
#include "simulation/dice.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace pmactor::simulation {

/// Does something after so much awake time.
using delayer = std::function<void(std::chrono::nanoseconds, std::function<void()>)>;

/// @param has_power whether the daemon lives.
/// @param watch is called with each order.
start_evidence_job make_jobs(dice chance, delayer later, std::function<bool()> has_power,
                             std::function<void(const job_order&)> watch);

} // namespace pmactor::simulation
