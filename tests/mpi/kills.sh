#!/usr/bin/env bash
# Kills one rank of a job at a random time, again and again, and lets the job go on, on another number
# of ranks: no half files are left, and the end is that of a job without a kill.
#   tests/mpi/kills.sh MPIRUN ODIN WORK [KILLS]    WORK: a folder of the test's own; KILLS: 6
set -uo pipefail
mpirun=$1 odin=$2 work=$3 kills=${4:-6}
. "$(dirname "$0")/job.sh"
model=$samples/../../weights/densenet-bc-40-12-cifar10.safetensors
hit=0 begun=0

for i in $(seq 12); do for f in photos/*/*; do echo "$f"; done; done >list

# A rank of its own that dies by KILL or TERM after a time, if the work takes that long.
cat >rank.sh <<'END'
[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = "$victim" ] || exec "$@"
"$@" &
child=$!
(sleep "$after"; kill -"$signal" $child && touch hit) 2>/dev/null &
wait $child
END

evaluate=("$odin" evaluate --quiet --batch 2 --model "$model" --in folder:photos/a@resize --out folder:photos/b@resize
  --scores now/scores --csv now/e.csv)
detect=("$odin" detect --quiet --model "$model" --from list --output now/d.jsonl --resume)
train=("$odin" train --quiet --threads 1 --arch densenet-bc-10-2 --data folder:photos@resize --epochs 4 --batch 8 --seed 3
  --validation 6 --shards 4 --save now/m.safetensors --log now/m.csv)
resume=("$odin" train --quiet --threads 1 --resume now/m.checkpoint.safetensors)
ranks() { # ranks R COMMAND...
  local r=$1
  shift
  # mpirun itself hangs now and then after a job that it has ended (Open MPI 4.1), deaf to signals.
  timeout -k 5 90 "$mpirun" -n "$r" "$@" >>out.txt 2>&1
}
# What is to be there at the end; the clock's figures are left out.
result() { # result COMMAND
  case $1 in
    evaluate) (cd now && find . -type f | sort | xargs sha256sum) ;;
    detect) cat now/d.jsonl ;;
    train) cut -d, -f1-6 now/m.csv && "$odin" detect --json --quiet --model now/m.safetensors photos/a photos/b ;;
  esac
}
leftovers() { find now -name '*.part' | grep . && fail "$1: a half file is left"; }

for command in evaluate detect train; do
  rm -rf now && mkdir now
  declare -n words=$command
  start=$(date +%s%N)
  ranks 2 "${words[@]}" || fail "$command without a kill: $(tail -n 3 out.txt)"
  seconds=$(awk -v n=$(($(date +%s%N) - start)) 'BEGIN { print n / 1e9 }')
  result $command >$command.expected
  for ((i = 0; i < (kills + 2) / 3; ++i)); do
    rm -rf now && mkdir now
    begun=$((begun + 1))
    export victim=$((RANDOM % 2)) signal=$([ $((RANDOM % 4)) = 0 ] && echo TERM || echo KILL)
    after=$(awk -v r=$RANDOM -v s="$seconds" 'BEGIN { print r / 32768 * s }')
    export after
    rm -f hit
    ranks 2 bash rank.sh "${words[@]}"
    status=$?
    what="$command, $signal to rank $victim after ${after}s of $seconds"
    if [ -e hit ]; then
      hit=$((hit + 1))
      [ $status != 124 ] || fail "$what: the job does not end"
    fi
    leftovers "$what"
    # A checkpoint is tried by going on with it.
    if [ -e now/m.safetensors ]; then
      "$odin" info now/m.safetensors >/dev/null 2>>out.txt || fail "$what: the model is broken"
    fi
    again=$((1 + RANDOM % 2))
    if [ $command = train ] && [ -e now/m.checkpoint.safetensors ]; then
      ranks $again "${resume[@]}" || fail "$what, resumed on $again ranks: $(tail -n 3 out.txt)"
    else
      ranks $again "${words[@]}" || fail "$what, again on $again ranks: $(tail -n 3 out.txt)"
    fi
    result $command | cmp -s - $command.expected || fail "$what: another result on $again ranks"
    leftovers "$what, then whole"
  done
done

[ $failed = 0 ] && echo "$begun jobs, $hit of them broken off, nothing lost and nothing left"
exit $failed
