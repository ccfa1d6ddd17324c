// The self-test: gives a private daemon pauses of known length, as far as the host and the user's
// rights allow, and scores what it makes of them. What the rights allow to be found it requires to
// be found.
#pragma once

#include "app/selftest/score_selftest.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

struct selftest_options {
  bool quick = false, json = false, keep = false;
  std::vector<std::string> only; ///< Kinds; all if empty.
  int count = 0;                 ///< Of each kind; 0 for what is usual.
  double longest = 0;            ///< Seconds of the longest stop or freeze; 0 for what is usual.
  double watch = 0; ///< Seconds to inflict nothing in and compare with an observer; 0 to inflict.
  std::uint32_t seed = 1;
  bool without_recorder = false; ///< The daemon does not learn when its own thread left its CPU.
};

/// The kinds of pauses that there are.
const std::vector<std::string>& selftest_kinds();

/// What is being done now. @param done of *all*; both 0 if there is nothing to count.
using selftest_progress = std::function<void(const std::string& what, int done, int all)>;

struct selftest_result {
  selftest_score score;
  std::vector<std::pair<std::string, std::string>> skipped; ///< Kinds, and why.
  std::string folder;                                       ///< With the daemon's data.
};

/// @throws std::runtime_error if the daemon does not start or does not live through it.
/// @throws selftest_interrupted once note_interrupts() noted one; all is then as it was before.
selftest_result run_selftest(const selftest_options& asked, const selftest_progress& progress);

} // namespace pmactor
