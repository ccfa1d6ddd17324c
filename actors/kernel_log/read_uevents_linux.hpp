// Listens to the kernel's uevents by a netlink socket, which needs no right.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/kernel_log/device_reports.hpp"

namespace pmactor {

/// @returns null where the kernel has none for us, as in a container.
std::unique_ptr<device_reports> open_uevents();

/// @param socket of which each message is one uevent. @param is_netlink whether senders are to be
/// checked: any process may send to such a socket, and only the kernel is believed.
std::unique_ptr<device_reports> read_uevents(owned_descriptor socket, bool is_netlink);

} // namespace pmactor
