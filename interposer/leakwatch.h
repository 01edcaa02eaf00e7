/* SPDX-License-Identifier: Apache-2.0 */
/* What a program can tell leakwatch, if it wants to. It does not link to anything for it: both functions are weak and
 * exist only while libleakwatch.so is preloaded, and the macros do nothing otherwise. C and C++; any thread.
 *
 *   #include <leakwatch.h>
 *   ...
 *   LEAKWATCH_TICK(1);    a request was served: growth is then judged by work done, and a ramp in load is no leak
 *   LEAKWATCH_DUMP();     a snapshot now, for instance when a test has come to its end
 *
 * In a program that is linked without -pie the linker decides that a weak function does not exist; give it
 * -Wl,-z,dynamic-undefined-weak. */
#ifndef LEAKWATCH_H
#define LEAKWATCH_H

#ifdef __cplusplus
extern "C" {
#endif

/* Adds to the program's count of work, whatever its unit is. One atomic addition; async-signal-safe. */
void leakwatch_tick(unsigned long events) __attribute__((weak));

/* Writes a snapshot. Returns 0, or -1 if there is none (not watched, one is being written, no room on the disk). Takes
 * a few milliseconds of the calling thread. errno is kept. */
int leakwatch_dump(void) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#define LEAKWATCH_TICK(events) (leakwatch_tick ? leakwatch_tick(events) : (void)0)
#define LEAKWATCH_DUMP() (leakwatch_dump ? leakwatch_dump() : -1)

#endif
