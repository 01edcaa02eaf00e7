// SPDX-License-Identifier: Apache-2.0
// exec: the process goes on, but as another program. The old one's last snapshot is taken and its live file removed
// before, because nobody could do it later: a shell would fill /dev/shm with the live files of its children.
//
// execl and its kin pass their arguments in registers and on the stack, any number of them, and all that is to be done
// is to look and jump on. After an exec that fails the process is watched as before, only its live file has no name any
// more.
#include "interposer/cold/start.h"
#include "interposer/doors/door.h"
#include "interposer/doors/passing_door.h"
#include "interposer/platform/next_libc.h"

extern "C" LW_LOCAL void lw_notice_exec() { lw::stop_watching(false); }

LW_PASSING_DOOR(execve, lw_notice_exec);
LW_PASSING_DOOR(execv, lw_notice_exec);
LW_PASSING_DOOR(execvp, lw_notice_exec);
LW_PASSING_DOOR(execvpe, lw_notice_exec);
LW_PASSING_DOOR(execl, lw_notice_exec);
LW_PASSING_DOOR(execlp, lw_notice_exec);
LW_PASSING_DOOR(execle, lw_notice_exec);
LW_PASSING_DOOR(fexecve, lw_notice_exec);
LW_PASSING_DOOR(execveat, lw_notice_exec);
