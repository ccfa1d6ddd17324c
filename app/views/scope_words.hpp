// What a pause held up, in words: by the second witness, and never more than it saw. Every view
// takes them from here.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

struct scope_words {
  std::string_view what; ///< "pmactor alone"
  std::string_view why;  ///< "its sampler child ran on meanwhile"
};

/// @param scope as stored; foreign bytes are an unknown one.
scope_words words_of_scope(std::string_view scope);

/// @returns both: "pmactor alone: its sampler child ran on meanwhile".
std::string scope_in_words(std::string_view scope);

} // namespace pmactor
