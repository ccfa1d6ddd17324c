// What a pause held up, in words: by the second witness, and never more than it saw. Every view
// takes them from here.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// What a pause was of that is not known to be the machine's, wherever such pauses are listed, counted or summed up.
inline constexpr std::string_view of_pmactor_alone = "pmactor alone", of_pmactor_at_least = "pmactor, others perhaps",
                                  machine_may_have_run = "the machine may have run on";

struct scope_words {
  std::string_view what; ///< E.g. of_pmactor_alone.
  std::string_view why;  ///< "its sampler child ran on meanwhile"
};

/// @param scope as stored; foreign bytes are an unknown one.
scope_words words_of_scope(std::string_view scope);

/// @returns both: "pmactor alone: its sampler child ran on meanwhile".
std::string scope_in_words(std::string_view scope);

} // namespace pmactor
