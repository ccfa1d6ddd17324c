// Keeps the memory of a process that has many short-lived threads small.
#pragma once

namespace pmactor {

/// Before any thread is started. By default glibc gives each new thread an arena of its own; an actor
/// that is restarted on a new thread would leave a little memory behind in each.
void spare_memory();

} // namespace pmactor
