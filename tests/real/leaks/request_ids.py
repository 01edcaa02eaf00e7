# SPDX-License-Identifier: Apache-2.0
"""request_ids.py SECONDS: a worker that tells the programs it starts, by an environment variable, which request they work
for. glibc's setenv() keeps every value that a variable has ever had, for somebody may still point to it: a leak that is
known, documented, and in no line of this program."""

import os
import sys
import time

end = time.monotonic() + float(sys.argv[1])
request = 0
while time.monotonic() < end:
    for _ in range(10):
        request += 1
        os.environ["REQUEST_ID"] = f"{request:0200d}"
    time.sleep(0.005)
