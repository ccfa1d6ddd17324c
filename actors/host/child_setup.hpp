// What differs by platform in the life of a child process: what it does between fork() and exec(), and how
// its end is seen. What it calls there is safe after a fork of a program with threads.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <sys/types.h>

namespace pmactor {

// ---- between fork() and exec()

/// Closes all descriptors from *first* to *last*. A program on a disk that does not answer hangs in its
/// exec() and would hold on to the daemon's locks and pipes until then.
void close_descriptors(int first, int last);

/// Undoes what raises or protects this process above others: priorities of CPU and disk, the OOM score,
/// capabilities that pass to children. As far as the system allows.
void become_ordinary();

/// For a process as lower_priority() for a thread.
void lower_process_priority();

/// Has the calling process killed when the thread that made it ends, where the system can do that.
/// @param parent the process that made it. @returns false if that one is gone already.
bool end_with_parent(pid_t parent);

// ---- on any thread

/// Lets it go before ordinary work on the CPUs, as far as the system allows. For what needs little: a thread that it
/// starts has the same priority, until that takes it back.
void raise_priority();
void restore_priority();

/// Raises the calling thread's while it lives: for threads that are started meanwhile, which keep it.
class raised_priority {
public:
  raised_priority();
  ~raised_priority();
  raised_priority(const raised_priority&) = delete;
  raised_priority& operator=(const raised_priority&) = delete;

private:
  int before_;
};

/// Lets all others go first on the CPUs and the disks, as far as the system allows.
void lower_priority();

/// @returns a descriptor that poll() finds readable once this child has ended; none where the system
/// has no such descriptor.
owned_descriptor watch_end(pid_t child);

} // namespace pmactor
