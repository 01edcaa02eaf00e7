# SPDX-License-Identifier: Apache-2.0
"""What the page's tests look at: reports on snapshots of services that never ran, of a program with a hostile name, and
of a large input.
"""
import os
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
OUT = os.path.join(ROOT, "out/release")
COMMAND = os.path.join(OUT, "leakwatch")
NAME = "f</script><img src=x onerror=window.pwned=1><script>window.pwned=1</script>"


def run(*arguments, status=0, **more):
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=120, check=False, **more)
    assert done.returncode == status, f"{arguments} ended with {done.returncode}: {done.stderr}"
    return done


class Pages:
    """The inputs and their pages, each made once."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(self.path("data"))
        subprocess.run([os.path.join(OUT, "golden/server"), self.path("data")], check=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def data(self, name):
        return self.path("data", name)

    def page(self, name, *arguments):
        path = self.path(name + ".html")
        if not os.path.exists(path):
            run("export", "html", "-o", path, *arguments)
        return path

    def leaky(self):
        return self.page("leaky", self.data("leaky"))

    def many(self):
        return self.page("many", self.data("leaky"), self.data("healthy"), self.data("killed"))

    def large(self):
        """Ten processes of 62 snapshots, 2,000 sites each, stacks 60 deep."""
        if not os.path.exists(self.path("large")):
            os.mkdir(self.path("large"))
            subprocess.run([os.path.join(OUT, "perf/many_snapshots"), self.path("large"), "248", "12000", "100"], check=True)
        return self.page("large", self.path("large"))

    def hostile(self):
        if not os.path.exists(self.path("hostile")):
            os.mkdir(self.path("hostile"))
            source, thing, program = os.path.join(ROOT, "tests/page/hostile.c"), self.path("hostile.o"), self.path("hostile.exe")
            subprocess.run(["gcc", "-O0", "-fno-builtin", "-c", source, "-o", thing], check=True)
            subprocess.run(["objcopy", "--redefine-sym", f"renamed_function={NAME}", thing], check=True)
            subprocess.run(["gcc", thing, "-o", program], check=True)
            subprocess.run([program], check=True, env={"LD_PRELOAD": os.path.join(OUT, "libleakwatch.so"), "LEAKWATCH_INTERVAL": "1",
                                                       "LEAKWATCH_DIR": self.path("hostile"), "LEAKWATCH_LIVE_DIR": self.path("hostile")})
        return self.page("hostile", self.path("hostile"))
