// How often the oracle knew the truth so exactly that it could hold the daemon to it to the letter, and how
// often it had to be lenient: a check that is never strict would be none.
#pragma once

#include <cstdint>

namespace pmactor::simulation {

/// Something that is judged: how often, and how often to the letter.
struct strictness {
  std::uint64_t strict = 0, all = 0;
  void count(bool is_strict) {
    ++all;
    strict += is_strict ? 1 : 0;
  }
  void add(const strictness& x) {
    all += x.all;
    strict += x.strict;
  }
};

struct oracle_reach {
  strictness wrong_causes;  ///< Lenient: what froze it just before, too short to be reported, may be named.
  strictness causes_found;  ///< Lenient: "unexplained" will do, as the host does not show it.
  strictness scopes;        ///< Lenient: the witness was disturbed, or froze otherwise just before.
  strictness lived_seconds; ///< Lenient: in trouble.
  strictness pages;         ///< Lenient: in trouble.
  strictness stalls;        ///< Lenient: in trouble, beside a pause or another stall.
  strictness
    answers; ///< Lenient: "not known" will do, as the record was lost or the scope not seen.
  void add(const oracle_reach& x) {
    wrong_causes.add(x.wrong_causes);
    causes_found.add(x.causes_found);
    scopes.add(x.scopes);
    lived_seconds.add(x.lived_seconds);
    pages.add(x.pages);
    stalls.add(x.stalls);
    answers.add(x.answers);
  }
};

} // namespace pmactor::simulation
