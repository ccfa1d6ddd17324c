// Keeps the disk that the program lies on out of what the daemon does.
#pragma once

namespace pmactor {

/// Maps the pages of the program and its libraries, but for what commands run once and for tables of many megabytes,
/// which the kernel else reads when each is first used: on a disk that does not answer any more, the thread that
/// comes to a new function would hang, and most of them are those that deal with trouble. Costs no memory that is not
/// the page cache's.
void load_program();

/// Lets go of the program's pages that starting has touched, for a process that stays: what it uses comes back from
/// the page cache.
void release_program();

} // namespace pmactor
