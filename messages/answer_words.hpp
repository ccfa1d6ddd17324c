// How is said that something stalls: "disk sda did not answer", "the CPUs have not answered".
#pragma once

#include "messages/stall.hpp"

#include <cstdint>
#include <string_view>

namespace pmactor {

enum class answer_tense : std::uint8_t {
  past,    ///< "did not answer"
  perfect, ///< "has not answered"
  present, ///< "does not answer"
  again,   ///< "answers again"
};

/// @returns the verb that follows the name of the resource (in_words()), in its number.
std::string_view answer_words(stall_resource resource, answer_tense tense);

} // namespace pmactor
