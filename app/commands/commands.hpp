// Every subcommand: each adds itself to the command line and, when it is the one chosen, leaves its work in
// *chosen*. The source file is named after the command; `disable` is in enable.cpp.
#pragma once

#include "app/command_line/command.hpp"

namespace pmactor {

/// Suggests thresholds from what this machine has shown so far.
void add_calibrate(CLI::App& program, command& chosen);
/// What may follow on a command line, for the completions of shells.
void add_complete(CLI::App& program, command& chosen);
/// Shows and checks the settings without starting anything.
void add_config(CLI::App& program, command& chosen);
/// Switches jobs of the running daemon off and on.
void add_disable(CLI::App& program, command& chosen);
void add_enable(CLI::App& program, command& chosen);
/// What limits the daemon on this machine.
void add_doctor(CLI::App& program, command& chosen);
/// What was found, newest first; one event in full; notes and marks on it.
void add_events(CLI::App& program, command& chosen);
/// Whether anything held the machine up at some time, and what.
void add_explain(CLI::App& program, command& chosen);
/// Events in one file, to hand over.
void add_export(CLI::App& program, command& chosen);
/// Explains a command.
void add_help(CLI::App& program, command& chosen);
/// What was stored, as a table, as CSV or as JSON.
void add_history(CLI::App& program, command& chosen);
/// How the daemon and each of its actors is, also when it is stuck, stopped or killed.
void add_inspect(CLI::App& program, command& chosen);
/// Makes the daemon a service that is there after each boot or login.
void add_install(CLI::App& program, command& chosen);
/// The daemon's log, from its end or from a moment on.
void add_logs(CLI::App& program, command& chosen);
/// Shows a manual page; writes all of them, when the program is built.
void add_manual(CLI::App& program, command& chosen);
/// Metrics for Prometheus, from the history and the health page.
void add_metrics(CLI::App& program, command& chosen);
/// What the drives count of their own lives, noted for the daemon; run by its unit alone.
void add_note_drives(CLI::App& program, command& chosen);
/// Tries out how notices reach the user.
void add_notify(CLI::App& program, command& chosen);
/// What repeats among the events.
void add_patterns(CLI::App& program, command& chosen);
/// Removes what is past its retention, now.
void add_prune(CLI::App& program, command& chosen);
/// Lets the daemon take up its changed settings.
void add_reload(CLI::App& program, command& chosen);
/// What the daemon would have made of a recorded powermetrics stream.
void add_replay(CLI::App& program, command& chosen);
/// An event as a page for people.
void add_report(CLI::App& program, command& chosen);
/// Ends the daemon and starts it again.
void add_restart(CLI::App& program, command& chosen);
/// The daemon in the foreground.
void add_run(CLI::App& program, command& chosen);
/// Our own sampler, which writes the stream that powermetrics writes on macOS.
void add_sample(CLI::App& program, command& chosen);
/// Gives a private daemon real pauses of known length and compares them with what it finds.
void add_selftest(CLI::App& program, command& chosen);
/// The history and the live state as pages for a browser.
void add_serve(CLI::App& program, command& chosen);
/// Starts the daemon in the background.
void add_start(CLI::App& program, command& chosen);
/// Whether the daemon runs and how the machine is, without the daemon's help.
void add_status(CLI::App& program, command& chosen);
/// Ends the daemon.
void add_stop(CLI::App& program, command& chosen);
/// A live view of the machine, through which one goes back in time.
void add_top(CLI::App& program, command& chosen);
/// Removes the service, and what the daemon kept.
void add_uninstall(CLI::App& program, command& chosen);
/// Which pmactor this is.
void add_version(CLI::App& program, command& chosen);
/// Feels what ordinary programs feel; started by the daemon alone, as its child.
void add_witness(CLI::App& program, command& chosen);

} // namespace pmactor
