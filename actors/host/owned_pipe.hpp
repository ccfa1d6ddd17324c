// A pipe with an owner, who closes both ends.
#pragma once

#include "actors/host/owned_descriptor.hpp"

namespace pmactor {

struct owned_pipe {
  owned_descriptor read, write;
};

/// @returns a pipe that no program we start inherits. Its ends lie above whatever such a program gets of
/// us, so that no dup2() for it overwrites one.
/// @throws std::system_error
owned_pipe open_pipe();

/// Makes the pipe as roomy as the system allows: a document is larger than a pipe usually is, and a child
/// that waits for its reader samples late.
void widen_pipe(const owned_pipe& x);

} // namespace pmactor
