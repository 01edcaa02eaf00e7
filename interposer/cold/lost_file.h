// SPDX-License-Identifier: Apache-2.0
// Somebody else truncates the live file while the process runs. The next access to the cut part would end the program
// by SIGBUS; a handler for just that turns it into the end of watching.
#pragma once

namespace lw {

// Installs the handler if nobody has one for SIGBUS. If the program sets its own later, it stands behind ours.
void guard_live_file();

}  // namespace lw
