#!/usr/bin/env bash
# Measures training steps on several ranks: on one machine, and on two ranks in network namespaces of
# their own, joined by links of 1, 10 and 25 Gb/s (as root; ip, tc, Open MPI).
#   scripts/measure-ranks.sh [--quick] OUT.csv [BUILD]     BUILD: build/release
# Then scripts/ranks_model.py OUT.csv fits the model and draws the figure of docs/cluster.md. Let
# nothing else run beside it. --quick: one step of small batches, to see whether it works.
set -euo pipefail
quick=
if [ "${1:-}" = --quick ]; then quick=1 && shift; fi
out=$(realpath -m "${1:?usage: scripts/measure-ranks.sh [--quick] OUT.csv [BUILD]}")
cd "$(dirname "$0")/.."
build=$(realpath "${2:-build/release}")
times=$build/tests/odin_rank_times
[ -x "$times" ] || cmake --build "$build" --target odin_rank_times
work=$(mktemp -d)

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_base_warn_component_unused=0
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1

a=odin-ranks-a b=odin-ranks-b # namespaces
remove_namespaces() {
  ip netns delete $a 2>/dev/null || true
  ip netns delete $b 2>/dev/null || true
}
trap 'remove_namespaces; rm -rf "$work"' EXIT

make_namespaces() {
  remove_namespaces
  ip netns add $a
  ip netns add $b
  ip link add odinA netns $a type veth peer name odinB netns $b
  ip -n $a addr add 10.93.0.1/24 dev odinA
  ip -n $b addr add 10.93.0.2/24 dev odinB
  ip -n $a link set lo up && ip -n $a link set odinA up
  ip -n $b link set lo up && ip -n $b link set odinB up
}
set_rate() { # set_rate GBIT: of both directions; 0: as fast as it goes
  ip netns exec $a tc qdisc delete dev odinA root 2>/dev/null || true
  ip netns exec $b tc qdisc delete dev odinB root 2>/dev/null || true
  [ "$1" != 0 ] || return 0
  ip netns exec $a tc qdisc add dev odinA root tbf rate "$1"gbit burst 1mb latency 20ms
  ip netns exec $b tc qdisc add dev odinB root tbf rate "$1"gbit burst 1mb latency 20ms
}
# In place of ssh: the second rank's side of the link, which takes it for another machine.
cat >"$work/agent" <<END
#!/bin/sh
shift
exec ip netns exec $b unshare --uts sh -c "hostname odin-b; \$*"
END
chmod +x "$work/agent"

# JSON lines of odin_rank_times as rows: link,arch,ranks,threads,batch,what,bytes,seconds,waited_least,waited_most
rows() { # rows LINK ARCH RANKS THREADS BATCH
  python3 -c '
import json, sys
def row(what, size, seconds, least="", most=""):
    print(*sys.argv[1:], what, size, seconds, least, most, sep=",")
for line in sys.stdin:
    d = json.loads(line)
    if d["kind"] == "sum":
        row("sum", d["bytes"], d["seconds"])
    elif d["kind"] == "buckets":
        row("forward", 0, d["forward"])
        for size, ready in zip(d["bytes"], d["ready"]):
            row("bucket", size, ready)
        row("backward", 0, d["backward"])
    else:
        row("step", 0, d["seconds"], min(d["waited"]), max(d["waited"]))
' "$@" >>"$out"
}
on_machine() { # on_machine RANKS THREADS ARCH BATCH STEPS
  echo "one machine: $3, $1 ranks of $2 threads, batch $4" >&2
  OMPI_MCA_btl=self,vader mpirun -n "$1" "$times" "$3" "$4" "$5" "$2" | rows machine "$3" "$1" "$2" "$4"
}
on_link() { # on_link GBIT ARCH BATCH STEPS
  echo "link of $1 Gb/s: $2, batch $3" >&2
  set_rate "$1"
  ip netns exec $a mpirun --mca plm_rsh_agent "$work/agent" --mca btl self,tcp --mca btl_tcp_if_include 10.93.0.0/24 \
    --mca oob_tcp_if_include 10.93.0.0/24 --host 10.93.0.1:1,10.93.0.2:1 -n 2 "$times" "$2" "$3" "$4" 1 |
    rows "$1" "$2" 2 1 "$3"
}

echo 'link,arch,ranks,threads,batch,what,bytes,seconds,waited_least,waited_most' >"$out"
for arch in densenet-bc-100-12 wrn-28-10; do
  batch=128 steps=5
  if [ -n "$quick" ]; then batch=4 steps=1; fi
  on_machine 1 2 $arch $batch $steps
  on_machine 2 1 $arch $batch $steps
  on_machine 4 1 $arch $batch $steps
  make_namespaces
  for rate in 1 10 25; do on_link $rate $arch $batch $steps; done
done
