// What a thread does so that its work costs others nothing, and a process so that it does not outlive who
// started it.
#pragma once

namespace pmactor {

/// Lets all others go first on the CPUs and the disks, as far as the system allows. What the calling
/// thread starts is as modest.
void lower_priority();

/// For a child between fork() and exec(), where a process does not take over what lower_priority() said of the
/// thread that made it. Safe after a fork of a program with threads.
void stay_modest();

/// For a child between fork() and exec(): it is killed when the thread that made it ends, where the
/// system can do that. Safe after a fork of a program with threads.
/// @param parent the process that made it. @returns false if that one is gone already.
bool end_with_parent(long parent);

/// @returns CPU time of the calling thread, in nanoseconds.
long long own_thread_cpu();

} // namespace pmactor
