"""Runs a benchmark and prints its JSON line, with who ran, in which round, and its peak memory.

    measure.py WHO ROUND COMMAND...
"""
import json
import os
import subprocess
import sys

who, round_number, *command = sys.argv[1:]
try:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
except OSError as error:
    sys.exit(f"{command[0]}: {error.strerror}")
output = process.stdout.read().strip()
# wait4 instead of Popen.wait: it has the resources of this one process.
_, process.returncode, usage = os.wait4(process.pid, 0)
if process.returncode != 0 or not output:
    sys.exit(f"failed: {' '.join(command)}")
result = json.loads(output.splitlines()[-1])
result.update(who=who, round=int(round_number), peak_rss_mb=usage.ru_maxrss * 1024 / 1e6)
print(json.dumps(result))
