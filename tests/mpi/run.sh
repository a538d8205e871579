#!/usr/bin/env bash
# Trains under mpirun: the same network on 1 and 2 ranks, after a kill and on another number of ranks
# too; and every error is one line and a status for the scheduler.
#   tests/mpi/run.sh MPIRUN ODIN WORK    ODIN: the program with MPI; WORK: a folder of the test's own
set -uo pipefail
mpirun=$1 odin=$2 work=$3
. "$(dirname "$0")/job.sh"

ranks() { # ranks R COMMAND...
  local r=$1
  shift
  timeout 120 "$mpirun" -n "$r" "$@"
}

train() { # train RANKS FOLDER SHARDS [OPTION...]
  local r=$1 folder=$2 shards=$3
  shift 3
  mkdir -p "$folder"
  ranks "$r" "$odin" train --threads 1 --arch densenet-bc-10-2 --data "${data:-folder:photos@resize}" --epochs 3 --batch 8 \
    --seed 3 --validation 6 --shards "$shards" --save "$folder/m.safetensors" --log "$folder/m.csv" "$@" \
    >"$folder/out.txt" 2>"$folder/err.txt"
}
# The columns that the clock does not decide.
losses() { cut -d, -f1-6 "$1/m.csv"; }
scores() { "$odin" detect --json --quiet --model "$1/m.safetensors" photos/a photos/b; }
same() { # same WHAT FOLDER: as one rank computed it
  diff <(losses one) <(losses "$2") >&2 || fail "$1: other losses"
  cmp -s <(scores one) <(scores "$2") || fail "$1: another network"
}

echo '--- two ranks, and one'
train 1 one 4 || fail "one rank ends with $?: $(cat one/err.txt)"
train 2 two 4 || fail "two ranks end with $?: $(cat two/err.txt)"
same 'two ranks' two
grep -q 'waited for other ranks: rank 0 .*%, rank 1 .*%' two/out.txt || fail "no shares of waiting: $(cat two/out.txt)"
[ "$(grep -c '^epoch 1 ' two/out.txt)" = 1 ] || fail "not one line an epoch: $(cat two/out.txt)"

echo '--- stopped, then on one rank'
train 2 stopped 4 --max-minutes 0.00001 || fail "--max-minutes: $(cat stopped/err.txt)"
ranks 1 "$odin" train --quiet --resume stopped/m.checkpoint.safetensors >/dev/null || fail 'resuming on one rank'
same 'resumed on one rank' stopped

echo '--- a network of several buckets, which travel while others are made'
for r in 1 2 4; do
  mkdir -p wide$r
  ranks $r "$odin" train --quiet --threads 1 --arch wrn-16-4 --data folder:photos@resize --epochs 1 --batch 8 --seed 3 \
    --shards 4 --save wide$r/m.safetensors >/dev/null || fail "wrn-16-4 on $r ranks"
  [ $r = 1 ] || cmp -s <(scores wide1) <(scores wide$r) || fail "wrn-16-4 on $r ranks: another network"
done

echo '--- batch statistics over all ranks'
for r in 1 2; do
  data=folder:photos@resize train $r synced$r 1 --sync-norm || fail "--sync-norm on $r ranks: $(cat synced$r/err.txt)"
done
paste -d, <(losses synced1 | cut -d, -f3) <(losses synced2 | cut -d, -f3) | awk -F, '
  NR > 1 { d = $1 - $2; if (d < 0) d = -d; if (d > 1e-4 * $1) bad = 1 } END { exit NR < 4 || bad }' ||
  fail "--sync-norm: $(losses synced1) on one rank, $(losses synced2) on two"

echo '--- a rank is killed, then on four'
mkdir -p killed
cat >killed/rank.sh <<'END'
[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ] || exec "$@"
"$@" &
until [ -e killed/m.checkpoint.safetensors ]; do sleep 0.01; done
kill -9 $!
wait $!
END
ranks 2 bash killed/rank.sh "$odin" train --threads 1 --arch densenet-bc-10-2 --data folder:photos@resize --epochs 3 \
  --batch 8 --seed 3 --validation 6 --shards 4 --save killed/m.safetensors --log killed/m.csv >killed/out.txt 2>&1 &&
  fail 'a job whose rank was killed ends with 0'
[ -z "$(find killed -name '*.part' -print -quit)" ] || fail "left: $(ls killed)"
ranks 4 "$odin" train --threads 1 --quiet --resume killed/m.checkpoint.safetensors >/dev/null || fail 'resuming on four ranks'
same 'resumed on four ranks' killed

echo '--- evaluate, fit and compare on two ranks'
cp "$samples"/../../README.md photos/b/broken.png # one that cannot be read
model=$samples/../../weights/densenet-bc-40-12-cifar10.safetensors
for r in 1 2; do
  mkdir -p scored$r
  ranks $r "$odin" evaluate --quiet --batch 2 --model "$model" --in folder:photos/a@resize --out folder:photos/b@resize \
    --scores scored$r/scores --csv scored$r/e.csv --json scored$r/e.json >scored$r/out.txt 2>scored$r/err.txt
  [ $? = 1 ] || fail "evaluate with a broken picture on $r ranks: $(cat scored$r/err.txt)"
  ranks $r "$odin" fit --quiet --batch 3 --model "$model" --in folder:photos/a@resize --save scored$r/f.safetensors \
    >>scored$r/out.txt || fail "fit on $r ranks"
  ranks $r "$odin" compare --quiet --batch 4 --model scored$r/f.safetensors --in folder:photos/a@resize \
    --out folder:photos/a@resize --csv scored$r/c.csv >>scored$r/out.txt || fail "compare on $r ranks"
  # The clock is not the same.
  sed -i 's/"seconds": *[0-9.e-]*//g' scored$r/*.json
  sed -i 's/[0-9:]* in all//' scored$r/out.txt
done
diff -r -x err.txt scored1 scored2 >&2 || fail 'other figures on two ranks'
for r in 1 2; do
  [ "$(grep -c broken.png scored$r/err.txt)" = 1 ] || fail "the broken picture on $r ranks: $(cat scored$r/err.txt)"
done
rm photos/b/broken.png

echo '--- tune on two ranks'
for r in 1 2; do
  mkdir -p tuned$r && cd tuned$r || exit 2
  ranks $r "$odin" tune --quiet --batch 2 --model "$model" --in folder:../photos/a@resize --out folder:../photos/b@resize \
    --temperatures 1,1000 --epsilons 0,0.002 --json t.json --histograms h.json --save t.safetensors >out.txt 2>err.txt ||
    fail "tune on $r ranks: $(cat err.txt)"
  ranks $r "$odin" tune --quiet --batch 2 --model ../scored1/f.safetensors --in folder:../photos/a@resize \
    --out folder:../photos/b@resize --method msp,energy --json k.json >>out.txt 2>>err.txt || fail "tune of other methods on $r ranks: $(cat err.txt)"
  cd ..
done
diff -r tuned1 tuned2 >&2 || fail 'tune: other files on two ranks'

echo '--- detect on two ranks'
for i in $(seq 40); do for d in a b; do for f in photos/$d/*; do echo "$f"; done; done; done >list
sed -i '17s/.*/missing.png/; 300s/.*/README/' list
for r in 1 2 3; do
  ranks $r "$odin" detect --json --model "$model" --from list >d$r.txt 2>d$r.err && fail "detect with a missing picture on $r ranks: 0"
  ranks $r "$odin" detect --quiet --model "$model" --from - --output d$r.jsonl <list 2>>d$r.err && fail "detect --output on $r ranks: 0"
  head -c 30000 d$r.jsonl >e$r.jsonl
  ranks $r "$odin" detect --quiet --model "$model" --from list --output e$r.jsonl --resume 2>>d$r.err && fail "detect --resume on $r ranks: 0"
  cmp -s d1.txt d$r.txt && cmp -s d1.jsonl d$r.jsonl && cmp -s d1.jsonl e$r.jsonl || fail "detect: other lines on $r ranks"
  diff <(grep missing.png d1.err) <(grep missing.png d$r.err) >&2 || fail "detect: other errors on $r ranks"
done
[ "$(wc -l <d1.jsonl)" = "$(wc -l <list)" ] || fail "detect: $(wc -l <d1.jsonl) lines"

echo '--- errors'
expect_error() { # expect_error TEXT STATUS FOLDER
  [ "$2" != 0 ] || fail "'$1' is expected, and the status is 0"
  [ "$(grep -c '^odin' "$3/err.txt")" = 1 ] || fail "not one line: $(cat "$3/err.txt")"
  grep -q "$1" "$3/err.txt" || fail "expected '$1', got $(cat "$3/err.txt")"
}
train 2 uneven 3
expect_error '2 ranks cannot share 3 shards' $? uneven
data=folder:nowhere train 2 nowhere 2
expect_error "'nowhere" $? nowhere
mkdir -p differ
# shellcheck disable=SC2016  # the inner shell expands it
ranks 2 bash -c 'if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ]; then export ODIN_ISA=sse2; fi; exec "$@"' rank \
  "$odin" train --quiet --arch densenet-bc-10-2 --data folder:photos@resize --batch 8 --shards 2 --epochs 1 \
  --save differ/m.safetensors >differ/out.txt 2>differ/err.txt
expect_error 'rank 1 has another program than rank 0' $? differ
[ ! -e differ/m.safetensors ] || fail 'a training of ranks that differ has written a model'
mkdir -p other
# shellcheck disable=SC2016
ranks 2 bash -c 'm=$0; [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 0 ] || m=one/m.safetensors; exec "$@" --model $m' "$model" \
  "$odin" detect --quiet photos/a >other/out.txt 2>other/err.txt
expect_error 'rank 1 has another model than rank 0' $? other
mkdir -p alone
ranks 2 "$odin" convert one/m.safetensors alone/x.safetensors >alone/out.txt 2>alone/err.txt
expect_error 'is the work of one process' $? alone

[ $failed = 0 ] && echo 'the same training on any number of ranks'
exit $failed
