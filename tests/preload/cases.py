# SPDX-License-Identifier: Apache-2.0
"""The table of the preload tests: which program runs in which surroundings, and what may differ from an unwatched run.

The default is severe: same output, same errors, same end, not a word from leakwatch, one snapshot taken at exit, no
other file left anywhere, and of the blocks of 80,000 to 89,999 bytes exactly those alive that `live` names.
"""
import re
from dataclasses import dataclass, field, replace

INTERVALS = ("auto", "4K", "512K", "1")
# Preloaded behind leakwatch. The two checking ones abort when a block is given back through the wrong door.
ALLOCATORS = {
    "glibc": (),
    "jemalloc": ("libjemalloc.so.2",),
    "tcmalloc": ("libtcmalloc.so.4",),
    "tcmalloc_minimal": ("libtcmalloc_minimal.so.4",),
    "mimalloc": ("libmimalloc.so.2",),
    "glibc_checking": ("libc_malloc_debug.so.0",),
    "tcmalloc_checking": ("libtcmalloc_debug.so.4",),
    # Not preloaded but linked into the program, which then is NAME-ALLOCATOR (Makefile, LINKED).
    "jemalloc_linked": (),
    "tcmalloc_linked": (),
    "mimalloc_linked": (),
}
LINKED = "_linked"
EVERYWHERE = {"glibc": INTERVALS, "jemalloc": ("auto", "4K", "1"), "tcmalloc": ("1",),
              "tcmalloc_minimal": ("4K", "1"), "mimalloc": ("4K", "1")}
DOORS = {**EVERYWHERE, "glibc_checking": ("4K", "1"), "tcmalloc_checking": ("4K", "1")}
LINKED_IN = {"jemalloc_linked": ("auto", "4K", "1"), "tcmalloc_linked": ("4K", "1"), "mimalloc_linked": ("4K", "1")}
GLIBC = {"glibc": INTERVALS}
BRIEFLY = {"glibc": ("auto", "1")}
EXACT = {"glibc": ("1",)}


def without(plan, *allocators):
    return {name: intervals for name, intervals in plan.items() if name not in allocators}


@dataclass(frozen=True)
class Case:
    program: str
    args: tuple = ()
    plan: dict = field(default_factory=lambda: EVERYWHERE)
    note: str = ""  # tells cases of one program apart
    env: dict = field(default_factory=dict)
    before: tuple = ()  # programs' libraries preloaded before leakwatch, and behind it
    behind: tuple = ()
    scene: str = ""  # surroundings, from scenes.py
    meanwhile: str = ""  # what happens outside while it runs, from scenes.py
    expect: dict = None  # {"status": …, "stdout": …} where an unwatched run is no measure
    says: tuple = ()  # leakwatch's sentences, as patterns: each exactly once
    may_say: tuple = ()
    ends: str = "exit"  # reason of the main process's last snapshot; "" = any, None = there is no snapshot
    live: dict = field(default_factory=dict)  # witnesses alive at the end: {size: count}; None = not looked at
    others: object = 0  # further processes that leave snapshots in exact mode; None = not counted
    others_live: tuple = ()  # their witnesses, in any order, inherited ones as -size; empty = not looked at
    images: int = 1  # programs that the main pid has been, each of which leaves a snapshot in exact mode
    left: object = 0  # live files left behind; None = not looked at
    missed_frees: str = "none"  # found in exact mode: none, any, some
    quiet_end: bool = True  # no other thread allocates while the last snapshot is taken
    in_tmpdir: bool = False  # snapshots go to $TMPDIR
    most_snapshots: int = 0  # 0 = not looked at
    mismatches: int = 0
    covered: bool = True  # the snapshots say whether leakwatch sees anything
    drops: tuple = ()  # reasons that must be counted
    peak_mb: int = 0  # resident peak above the unwatched run's, written by the program
    same_stderr: bool = True
    look: str = ""  # what more is looked at in the last snapshot, from looks.py

    @property
    def name(self):
        return " ".join([self.program, *self.args]) + (f" ({self.note})" if self.note else "")


def W(*counts):
    """W(3, 0, 1): three witnesses of 80,001 bytes, none of 80,002, one of 80,003."""
    return {80001 + i: count for i, count in enumerate(counts) if count}


DOOR_CASES = [
    Case("allocates_a_little", live=W(3)),
    Case("malloc_zero_returns_distinct_blocks", plan=DOORS),
    Case("realloc_to_zero", plan=DOORS, live=W(0, 1)),
    Case("realloc_null_allocates", plan=DOORS, live=W(0, 4)),
    Case("realloc_failure_keeps_the_block", live=W(2)),
    Case("huge_sizes_give_enomem", live=W(0, 1)),
    *(Case("one_absurd_request", (size,), live=W(20)) for size in ("8000000000000000", "8000000000001000", "7fffffffffffffff",
                                                                   "c000000000000000", "ffffffffffff0000")),
    Case("calloc_overflow_is_refused", live=W(1, 1)),
    Case("calloc_zeroes_reused_memory", plan=DOORS),
    Case("posix_memalign_reports_through_its_result", live=W(1)),
    Case("alignment_is_what_was_asked_for", plan=DOORS, live={80002: 1, 83008: 1}),
    # jemalloc has no pvalloc: libc's block would go back through jemalloc's free, with us or without.
    Case("valloc_and_pvalloc", plan=without(DOORS, "jemalloc"), live={80002: 1, 81920: 1}),
    Case("reallocarray_counts_once", plan=DOORS, live={80004: 1}),
    Case("every_way_to_free", plan=DOORS),
    Case("errno_survives_malloc_and_free"),
    Case("usable_size_is_usable"),
    Case("usable_size_is_ordinary"),
    Case("realloc_keeps_content", plan=DOORS, live=W(3)),
    Case("libc_allocates_for_the_program", plan=DOORS, live=W(2)),
    Case("freed_behind_our_back", plan=GLIBC, live=None, missed_frees="some"),
    Case("allocator_entry_points_by_dlsym", live=W(0, 1)),
    Case("allocator_statistics_still_answer", plan=GLIBC),
    Case("every_operator_new", plan=DOORS, live=W(0, 1, 1, 1, 1, 1, 1, 1, 1)),
    # mimalloc, being C, aborts where operator new should throw.
    Case("failing_new_throws", plan=without(EVERYWHERE, "mimalloc"), live=W(3, 3)),
    Case("new_handler_is_called", plan=without(EVERYWHERE, "mimalloc"), live=None),
    Case("longjmp_out_of_new_handler", plan=without(EVERYWHERE, "mimalloc"), live=W(5)),
    Case("program_replaces_operator_new", live=W(0, 3)),
    Case("program_replaces_only_plain_new", live=W(0, 1)),
    Case("program_replaces_only_sized_delete", live=W(0, 1)),
    Case("library_replaces_operator_new", plan=GLIBC, behind=("own_operator_new",), live=W(0, 1)),
    Case("program_defines_malloc", plan=BRIEFLY, covered=False, says=("brings its own malloc",)),
    Case("mismatched_frees_run_on", mismatches=200),
    Case("sized_delete_of_sampled_blocks", plan=DOORS),
    Case("sized_delete_of_early_samples", plan={name: ("auto",) for name in ("glibc", "jemalloc", "tcmalloc", "mimalloc")}),
    Case("exceptions_while_sampling"),
    Case("unwinder_stays_libgccs"),
    Case("backtrace_sees_the_same_stack"),
    Case("jemalloc_extended_api", plan=GLIBC, live=W(0, 1, 1)),
    Case("destroys_an_arena_of_its_own", plan=GLIBC),
    Case("jemalloc_is_not_mistaken_for_present", live=W(0, 1)),
    Case("cxx_linked_to_jemalloc_last", plan=GLIBC, live=W(0, 1, 1, 1, 1, 1, 1, 1, 1)),
    Case("statically_linked_allocator", plan=BRIEFLY, covered=False, says=("brings its own malloc",)),
]

# Of 20 and 21 pages.
MAPPED_A, MAPPED_B = 81920, 86016
MAPPINGS = [
    Case("maps_its_own_memory", plan=DOORS, live={MAPPED_A: 8, MAPPED_B: 7}, look="mapped_by_the_program"),
    Case("maps_memory_in_odd_places", live={MAPPED_A: 3, MAPPED_B: 4}, others=1,
         others_live=({-MAPPED_A: 2, MAPPED_B: 1},)),
    Case("allocator_maps_for_itself", plan=DOORS, live=W(4), look="nothing_mapped"),
]

EARLY_AND_LATE = [
    Case("allocations_before_main", note="library behind", behind=("early_constructor",), live={80002: 1, 81002: 1}),
    Case("allocations_before_main", note="library before", before=("early_constructor",), live={80002: 1, 81002: 1}),
    # jemalloc and mimalloc are not ready that early themselves. The resolver's block has no birth in the books: it is older
    # than the first constructor.
    Case("malloc_in_ifunc_resolver", plan=without(EVERYWHERE, "jemalloc", "mimalloc"), live=W(0, 1), missed_frees="any"),
    *(Case("first_call_of_all", (door,), plan=BRIEFLY | {"jemalloc": ("1",)}, live=W(2))
      for door in "malloc calloc realloc memalign aligned_alloc posix_memalign reallocarray valloc free usable".split()),
    Case("first_call_of_all", ("strdup",), plan=BRIEFLY),
    Case("plugins_at_the_same_address"),
    Case("hundreds_of_plugins", plan=GLIBC, live=W(300, 50), look="each_in_its_plugin"),
    Case("plugin_bound_past_us", plan=GLIBC, live=W(1), missed_frees="any", drops=("not_covered",),
         says=("plugin_one is loaded so that it finds another malloc .*RTLD_DEEPBIND",)),
    Case("plugin_in_a_namespace_of_its_own", plan=BRIEFLY, live=W(1), drops=("not_covered",),
         says=("plugin_one is loaded so that it finds another malloc",)),
    Case("exceptions_across_libraries"),
    Case("loader_lock_is_held_elsewhere", live=W(0, 1)),
    Case("thread_inside_dlopen"),
    Case("dlsym_storm"),
    Case("thread_local_destructors"),
    Case("pthread_key_destructors", live=W(0, 1)),
    Case("allocations_after_main"),
    Case("exit_inside_library_destructor", live=W(3)),
]

PROCESSES = [
    Case("fork_while_others_allocate", others=40),
    Case("prefork_workers", live=W(19), others=3,
         others_live=tuple({-80001: 9, 80002: worker, 80003: 1} for worker in (1, 2, 3))),
    Case("fork_from_a_thread", live={80004: 1}, others=2, others_live=({80002: 1}, {-80002: 1, 80003: 1})),
    Case("atfork_handlers_allocate", others=3, others_live=({80002: 1},) * 3),
    Case("raw_clone_fork", live={80001: 1, 80003: 1}, others=3, others_live=({80002: 50},) * 3),
    Case("clone_sharing_memory", plan=GLIBC, live=W(20), missed_frees="any"),
    Case("vfork_and_exec", live=W(20), others=None, missed_frees="any", left=None),
    Case("spawn_storm", plan=GLIBC, live=W(10), others=None, left=None),
    Case("exec_chain", plan=GLIBC, live=W(9), images=9),
    Case("failed_exec_goes_on", live=W(5, 0, 2)),
    Case("family_of_programs", plan=EXACT, note="all", env={"LEAKWATCH_FOLLOW": "all"}, scene="leaf_by_another_name",
         live=W(3), others=3),
    Case("family_of_programs", plan=EXACT, note="none", env={"LEAKWATCH_FOLLOW": "none"}, scene="leaf_by_another_name",
         live=W(3), others=0),
    Case("family_of_programs", plan=EXACT, note="by name", env={"LEAKWATCH_FOLLOW": "nobody,an*name"},
         scene="leaf_by_another_name", live=W(3), others=1, others_live=(W(3),)),
    Case("family_of_programs", plan=EXACT, note="only the leaf", env={"LEAKWATCH_ONLY": "another_name"},
         scene="leaf_by_another_name", ends=None, others=1),
    Case("family_of_programs", plan=EXACT, note="only others", env={"LEAKWATCH_ONLY": "redis*,nginx"},
         scene="leaf_by_another_name", ends=None),
    Case("daemon_closes_every_descriptor", others=1),
    Case("descriptors_stay_the_programs", plan=GLIBC, images=2),
    Case("pid_one_in_its_namespace", plan=GLIBC, others=3, others_live=(W(3),) * 3),
    Case("pid_comes_round_again", plan=EXACT, left=3),
    Case("search_child_is_nobodys", plan={"glibc": ("64K", "1")}, env={"LEAKWATCH_REACH": "fork", "LEAKWATCH_PERIOD": "10ms"}),
    Case("process_stays_single_threaded", plan=GLIBC),
    Case("environment_stays_the_programs", ("one", "two"), plan=GLIBC),
    Case("program_defines_getenv", plan=GLIBC),
    Case("program_defines_common_names", plan=GLIBC, live=W(1)),
]

THREADS = [
    Case("ten_thousand_short_threads", plan=BRIEFLY | {"jemalloc": ("1",)}, live=W(0, 1)),
    Case("thousand_threads_at_once", plan=GLIBC | {"jemalloc": ("1",)}, live=W(0, 1), peak_mb=64),
    Case("detached_threads_at_exit", quiet_end=False),
    *(Case("ends_while_others_take_snapshots", (how,), plan=BRIEFLY | {"jemalloc": ("1",)}, env={"LEAKWATCH_KEEP": "4"},
           live=None, quiet_end=False) for how in "exit together handler".split()),
    Case("main_leaves_by_pthread_exit", live=W(1, 1)),
    Case("blocks_change_hands_between_threads", live=W(0, 20)),
    Case("smallest_stacks", plan=GLIBC, env={"LEAKWATCH_PERIOD": "1ms"}),
    *(Case("ways_to_leave", (way,), plan=GLIBC, live=W(3))
      for way in "return exit _exit _Exit quick_exit thread".split()),
    *(Case("ways_to_leave", (way,), plan=GLIBC, ends=None, left=1)
      for way in "exit_group abort segv trap term kill".split()),
]

SIGNALS_AND_STACKS = [
    Case("stack_overflow_on_sigaltstack", ends="exit", live=None, missed_frees="any", quiet_end=False),
    Case("malloc_on_a_sigaltstack", live=W(0, 1)),
    Case("malloc_in_a_timer_storm", plan=GLIBC, behind=("signal_safe_allocator",), live=W(4), quiet_end=False),
    Case("snapshots_in_a_storm", plan=GLIBC, env={"LEAKWATCH_KEEP": "4"}, live=W(1), most_snapshots=4,
         expect={"status": 0, "stdout": "survived\n"}),
    Case("usr2_belongs_to_the_program"),
    Case("signal_actions_look_untouched", plan=GLIBC),
    Case("sigbus_belongs_to_the_program", plan=GLIBC, ends="", live=None, left=None, others=None, may_say=("live file",)),
    Case("blocked_sigbus_stays_pending", plan=GLIBC),
    Case("usr2_ignored_stays_ignored", plan=BRIEFLY, images=4),
    Case("usr2_blocked_and_waited_for", plan=GLIBC),
    Case("system_calls_are_not_interrupted", plan=GLIBC, others=None,
         expect={"status": 0, "stdout": "read 1 \nwaited 1 status 0\n"}),
    Case("setjmp_and_longjmp", live=W(1)),
    Case("ucontext_coroutines"),
    Case("coroutines_change_threads", live=W(1)),
    Case("snapshot_on_a_coroutine_stack", plan=GLIBC, live=W(1), expect={"status": 0, "stdout": "back\n"}),
    Case("hand_made_stack_ends_at_a_hole", live=W(0, 1)),
    Case("threads_on_mapped_stacks", live=W(40)),
    Case("slow_path_is_shallow", plan=GLIBC, env={"LEAKWATCH_PERIOD": "5ms"}),
    Case("deep_recursion", live=W(5)),
    Case("deep_recursion", plan=BRIEFLY, note="endless stack", scene="unlimited_stack", live=W(5)),
    Case("deep_recursion", plan=EXACT, note="depth 256", env={"LEAKWATCH_DEPTH": "256"}, live=W(5)),
    Case("code_without_unwind_tables", live=W(1)),
    Case("code_made_at_run_time", live=W(0, 1)),
]

LIMITS = [
    Case("address_space_runs_out", plan=without(EVERYWHERE, "tcmalloc", "tcmalloc_minimal"), ends="",
         may_say=("RLIMIT_AS",), live=W(1)),
    # tcmalloc complains of each refusal, and nobody knows how often it asks.
    Case("address_space_runs_out", plan={"tcmalloc_minimal": ("4K", "1"), "tcmalloc": ("1",)}, note="tcmalloc", ends="",
         may_say=("RLIMIT_AS",), live=W(1), same_stderr=False),
    Case("allocates_within_a_limit", plan=GLIBC, scene="address_space_20m", ends="", may_say=("RLIMIT_AS",)),
    Case("no_descriptors_left", plan=GLIBC, ends="", live=None,
         may_say=("no more files may be open", "no live file"), left=1),
    Case("no_descriptors_left", ("all taken",), plan=BRIEFLY, ends="", live=None,
         may_say=("no more files may be open", "no live file"), left=1),
    Case("no_bytes_may_be_written", plan=GLIBC, ends="", live=None, may_say=("RLIMIT_FSIZE",), left=1),
    Case("no_bytes_may_be_written", plan=GLIBC, note="from the start", scene="no_file_size", ends=None,
         may_say=("RLIMIT_FSIZE", "no live file")),
    *(Case("seccomp_sandbox", (mode,), plan=GLIBC, ends="", live=None, left=1, may_say=("could not be written", "no live file"))
      for mode in ("errno", "kill", "strict")),
    Case("chroot_and_go_on", plan=GLIBC, ends="", live=None, left=1, may_say=("the folder is gone", "no live file")),
    Case("drops_its_privileges", plan=GLIBC, note="into a private folder", ends="", live=None, left=1,
         may_say=("may not be written to", "no live file")),
    Case("drops_its_privileges", plan=GLIBC, note="into an open folder", scene="open_folders", live=W(1)),
    Case("live_file_is_taken_away", ("delete",), live=W(0, 3), others=None),
    *(Case("live_file_is_taken_away", (how,), ends="", live=None, others=None, may_say=("live file",))
      for how in ("truncate", "cut")),
    *(Case("live_file_is_taken_away", (how, "blocked"), ends="", live=None, others=None, may_say=("live file",))
      for how in ("truncate", "cut")),
    Case("stderr_becomes_a_file", plan=GLIBC, ends="", others=None, live=None, left=2, may_say=(".",)),
    Case("works_on_a_closed_stderr", plan=BRIEFLY, env={"LEAKWATCH_PERIOD": "soon"}, images=2,
         says=("LEAKWATCH_PERIOD",)),
    Case("allocates_a_little", plan=GLIBC, note="folder missing", env={"LEAKWATCH_DIR": "/nonexistent/folder"},
         in_tmpdir=True, live=W(3), says=("LEAKWATCH_DIR /nonexistent/folder .* snapshots go to ",)),
    Case("allocates_a_little", plan=GLIBC, note="folder is a file", env={"LEAKWATCH_DIR": "/etc/passwd"},
         in_tmpdir=True, live=W(3), says=("LEAKWATCH_DIR /etc/passwd ",)),
    Case("allocates_a_little", plan=BRIEFLY, note="as nobody", scene="nobody_in_a_private_folder", in_tmpdir=True,
         live=W(3), says=("LEAKWATCH_DIR ",)),
    Case("allocates_a_little", plan=BRIEFLY, note="read-only file system", scene="read_only_folder", in_tmpdir=True,
         live=W(3), says=("LEAKWATCH_DIR ",)),
    Case("allocates_a_little", plan=BRIEFLY, note="live folder missing", live=W(3),
         env={"LEAKWATCH_LIVE_DIR": "/nonexistent/folder"}),
    Case("allocates_a_little", plan=BRIEFLY, note="live folder full", scene="full_live_folder", live=W(3)),
    Case("allocates_a_little", plan=BRIEFLY, note="no /dev/shm", scene="no_shared_memory", live=W(3)),
    Case("allocates_a_little", plan=BRIEFLY, note="/dev/shm full", scene="full_shared_memory", live=W(3)),
    Case("allocates_a_little", plan=EXACT, note="both folders full", scene="full_folders", ends=None,
         says=("no live file .*LEAKWATCH_LIVE_DIR", "could not be written .*the disk is full")),
    Case("many_sites", plan=EXACT, note="disk full in mid-snapshot", scene="small_folder", ends="",
         live=None, left=1, says=("could not be written .*the disk is full",)),
    Case("many_sites", plan=GLIBC, note="live folder fills up", scene="small_live_folder", live=None,
         quiet_end=False),
    Case("many_sites", plan=EXACT, note="tables fill up", env={"LEAKWATCH_MEMORY": "1M"}, live=None, quiet_end=False),
    Case("allocates_a_little", plan=GLIBC, note="no libunwind", scene="no_libunwind", ends="", live=None,
         may_say=("libunwind",)),
    Case("built_with_address_sanitizer", plan=BRIEFLY, ends=None, says=("AddressSanitizer",)),
    Case("built_with_address_sanitizer", ("err",), plan=BRIEFLY, ends=None, says=("AddressSanitizer",),
         same_stderr=False),
    Case("allocates_a_little", plan=BRIEFLY, note="in valgrind", scene="in_valgrind",
         env={"LEAKWATCH_ONLY": "allocates_a_little"}, ends=None, says=("runs under valgrind",)),
    Case("built_with_thread_sanitizer", plan=BRIEFLY, ends=None, says=("ThreadSanitizer",)),
    Case("static_executable", plan=BRIEFLY, ends=None),
    Case("static_executable", plan=EXACT, note="leakwatch run", scene="leakwatch_run", ends=None,
         expect={"status": 2, "stdout": ""}, says=("statically linked",)),
    Case("allocates_a_little", plan=EXACT, note="leakwatch run", scene="leakwatch_run", ends=None, others=1,
         others_live=(W(3),), may_say=(".",), same_stderr=False),
    Case("allocates_a_little", plan=EXACT, note="under valgrind", scene="valgrind", ends="", live=None, may_say=(".",), left=None),
]


def wrong(variable, value, default):
    return Case("allocates_a_little", plan=EXACT if variable != "LEAKWATCH_INTERVAL" else BRIEFLY,
                note=f"{variable}={value}", env={variable: value}, live=None if variable == "LEAKWATCH_INTERVAL" else W(3),
                says=(f'{variable} is "{re.escape(value)}", .*{re.escape(default)}',))


SETTINGS = [
    wrong("LEAKWATCH_INTERVAL", "lots", "auto"), wrong("LEAKWATCH_INTERVAL", "-4K", "auto"),
    wrong("LEAKWATCH_INTERVAL", "0", "auto"), wrong("LEAKWATCH_INTERVAL", "64Q", "auto"),
    wrong("LEAKWATCH_INTERVAL", "99999999999999999999", "auto"), wrong("LEAKWATCH_BUDGET", "much", "0.5%"),
    wrong("LEAKWATCH_BUDGET", "200%", "0.5%"), wrong("LEAKWATCH_BUDGET", "-1%", "0.5%"),
    wrong("LEAKWATCH_PERIOD", "5 parsecs", "60s"), wrong("LEAKWATCH_PERIOD", "-1s", "60s"),
    wrong("LEAKWATCH_SIGNAL", "USR3", "USR2"), wrong("LEAKWATCH_SIGNAL", "KILL", "USR2"),
    wrong("LEAKWATCH_SIGNAL", "RTMIN+99", "USR2"), wrong("LEAKWATCH_KEEP", "-1", "64"),
    wrong("LEAKWATCH_KEEP", "all", "64"), wrong("LEAKWATCH_MEMORY", "1K", "16M"),
    wrong("LEAKWATCH_MEMORY", "99999G", "16M"), wrong("LEAKWATCH_DEPTH", "0", "64"),
    wrong("LEAKWATCH_DEPTH", "100000", "64"), wrong("LEAKWATCH_DEPTH", "6x", "64"),
    Case("allocates_a_little", plan=EXACT, note="everything set", live=W(3), env={
        "LEAKWATCH_BUDGET": "2%", "LEAKWATCH_PERIOD": "5m", "LEAKWATCH_SIGNAL": "RTMIN+3", "LEAKWATCH_KEEP": "8",
        "LEAKWATCH_MEMORY": "4M", "LEAKWATCH_DEPTH": "16", "LEAKWATCH_FOLLOW": "none", "LEAKWATCH_ONLY": "alloc*"}),
]

TRIGGERS = [
    Case("allocates_until_told", plan=GLIBC, note="period", env={"LEAKWATCH_PERIOD": "100ms"},
         meanwhile="wait_for_periods", live=W(3)),
    Case("allocates_until_told", plan=GLIBC, note="signal", meanwhile="ask_by_signal", live=W(3),
         expect={"status": 2, "stdout": "ready\ntold\n"}),
    Case("allocates_until_told", plan=EXACT, note="real-time signal", env={"LEAKWATCH_SIGNAL": "RTMIN+3"},
         meanwhile="ask_by_real_time_signal", live=W(3), expect={"status": 2, "stdout": "ready\ntold\n"}),
    Case("allocates_until_told", plan=EXACT, note="no signal", env={"LEAKWATCH_SIGNAL": "none"},
         meanwhile="kill_by_usr2", ends=None, left=1),
    Case("allocates_until_told", plan=GLIBC, note="request", meanwhile="ask_by_command", live=W(3)),
    Case("allocates_until_told", plan=GLIBC, note="SIGKILL", meanwhile="kill_9", ends=None, left=1),
]

ORIGINS = [
    Case("one_way_out_and_another", plan=EVERYWHERE, live=None, look="who_freed"),
    Case("threads_made_here_and_there", plan=GLIBC | {"jemalloc": ("1",)}, live=None, look="who_made_the_threads"),
    Case("three_hundred_threads", plan={"glibc": ("512K", "1"), "jemalloc": ("1",)}, live=None,
         look="all_threads_have_makers"),
    Case("reserves_and_touches_little", plan=EXACT, look="resident", live=None),
    Case("a_child_for_each_request", plan=BRIEFLY | {"jemalloc": ("auto",)}, others=None, live=W(0, 1),
         look="children_of_many"),
    Case("child_of_shared_memory", plan=BRIEFLY, others=1, live=None, look="shared_with_the_child"),
    Case("asks_a_sample_for_its_size", plan=EXACT | {"jemalloc": ("1",)}, look="looks_on_the_receipt"),
    Case("says_what_it_has_done", plan=GLIBC | {"jemalloc": ("1",)}, others=0, look="work", live=None),
    Case("nearly_out_of_address_space", plan=EXACT, look="alarm", live=None, quiet_end=False),
]

# Programs that also run linked to each of the other allocators, wherever they run preloaded in front of it.
ALSO_LINKED = set("""
    allocates_a_little realloc_to_zero realloc_keeps_content realloc_failure_keeps_the_block huge_sizes_give_enomem
    one_absurd_request calloc_zeroes_reused_memory alignment_is_what_was_asked_for every_way_to_free usable_size_is_usable
    usable_size_is_ordinary libc_allocates_for_the_program every_operator_new failing_new_throws new_handler_is_called
    program_replaces_operator_new program_replaces_only_plain_new mismatched_frees_run_on sized_delete_of_sampled_blocks
    exceptions_while_sampling allocations_before_main plugins_at_the_same_address exceptions_across_libraries
    thread_local_destructors allocations_after_main fork_while_others_allocate prefork_workers fork_from_a_thread
    ten_thousand_short_threads blocks_change_hands_between_threads main_leaves_by_pthread_exit malloc_on_a_sigaltstack
    setjmp_and_longjmp coroutines_change_threads deep_recursion maps_its_own_memory maps_memory_in_odd_places
    allocator_maps_for_itself
    """.split())


def linked_too(case):
    linked = {name: intervals for name, intervals in LINKED_IN.items() if name.removesuffix(LINKED) in case.plan}
    return replace(case, plan={**case.plan, **linked}) if case.program in ALSO_LINKED else case


CASES = [linked_too(case) for case in (*DOOR_CASES, *MAPPINGS, *ORIGINS, *EARLY_AND_LATE, *PROCESSES, *THREADS, *SIGNALS_AND_STACKS,
                                       *LIMITS, *SETTINGS, *TRIGGERS)]


def program_on(case, allocator):
    return f"{case.program}-{allocator.removesuffix(LINKED)}" if allocator.endswith(LINKED) else case.program


if __name__ == "__main__":  # for the Makefile: what is to be linked to an allocator
    print(*sorted({program_on(case, allocator) for case in CASES for allocator in case.plan if allocator.endswith(LINKED)}))
