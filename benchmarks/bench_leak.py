"""The longer comparison of the product's decisions with plain Python.

`./dev test` compares some 20,000 random decisions and always the same ones.  This
runs the same comparison on as many random worlds as an option says (500 without
one, each of about 1,000 decisions), with new chances each time:

    ./dev bench leak -2000
"""

import os
import re
import subprocess
import sys
import time

from tools import bench
from tools.paths import CACHE, REPO

TEST = "crm_governance/tests/test_confidentiality_differential.py"
DECISIONS = 945


def main():
    """Run the comparison; the exit code is that of the test."""
    sizes = [int(word[1:]) for word in sys.argv[1:] if re.fullmatch(r"-\d+", word)]
    worlds = sizes[0] if sizes else 500
    with bench.database("leak") as name:
        command = [sys.executable, "-m", "pytest", "-p", "tools.pytest_guard", "-q"]
        command += [f"--odoo-database={name}", "--odoo-log-level=error"]
        command += ["-o", f"cache_dir={CACHE / 'pytest'}", TEST]
        start = time.monotonic()
        environment = {**os.environ, "CRM_GOVERNANCE_WORLDS": str(worlds)}
        code = subprocess.call(command, cwd=REPO, env=environment)
        seconds = time.monotonic() - start
    if code:
        return code
    bench.report(
        "leak",
        ["worlds", "decisions", "disagreements", "seconds"],
        [[worlds, worlds * DECISIONS, 0, round(seconds)]],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
