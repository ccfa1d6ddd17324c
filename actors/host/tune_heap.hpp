// How the C library's heap gives memory back: once, before any thread. A library without such settings is left as it is.
#pragma once

namespace pmactor {

/// For a process that stays: two arenas at most, as each new thread would get one of its own, and an actor that is
/// restarted on a new thread would leave a little memory behind in each; and what is freed, or was before, goes
/// back, of which the library else keeps megabytes at the end of each arena once a large block was freed.
void bound_heap();

/// For a process that ends soon: what it frees and takes again need not go to the kernel in between.
void keep_heap();

} // namespace pmactor
