// Names threads for ps, top and debuggers.
#pragma once

namespace pmactor {

/// Names the calling thread. @param name of 15 bytes at most.
void name_thread(const char* name);

} // namespace pmactor
