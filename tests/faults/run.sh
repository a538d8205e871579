#!/usr/bin/env bash
# Breaks every command that writes at each of its writing system calls in turn: kills it, stops it
# with a signal, or fills the disk; and lets it have only so much memory, so many open files and
# threads. Afterwards every file is whole or absent, a later run leaves nothing temporary, and a
# training that was broken off goes on to the very model that one without a break ends with.
#   tests/faults/run.sh ODIN FAULT.so WORK    ODIN: the program; FAULT.so: the library odin_fault
set -uo pipefail
odin=$1 library=$2 work=$3
samples=$(cd "$(dirname "$0")/../.." && pwd)/native/samples
faults=0 failed=0

fail() {
  echo "FAILED: $*" >&2
  failed=1
}

# What stays beside the results when nothing goes wrong is no leftover.
no_leftovers() { [ -z "$(find . -name '*.part' -print -quit)" ] || fail "$1: leaves $(find . -name '*.part')"; }

# every_fault NAME KINDS CHECK COMMAND...: until the command ends before the fault would come.
# before_each, a function, lays out the folder; CHECK looks at what the broken run has left, and
# again what a whole run makes of it.
every_fault() {
  local name=$1 kinds=$2 check=$3 kind at status
  shift 3
  for kind in $kinds; do
    for ((at = 1; at < 400; ++at)); do
      rm -rf run && mkdir run && cd run || exit 2
      before_each
      ODIN_FAULT=$kind ODIN_FAULT_AT=$at ODIN_FAULT_LOG=../fault.log LD_PRELOAD=$library \
        "$@" >../out.txt 2>../err.txt
      status=$?
      if [ ! -e ../fault.log ]; then
        [ $status = 0 ] || fail "$name ends with $status without a fault: $(cat ../err.txt)"
        cd .. && break
      fi
      faults=$((faults + 1))
      case $kind in
        kill) [ $status = 137 ] || fail "$name, $kind at $at: status $status" ;;
        term | int)
          # A signal that comes when all is done changes nothing more.
          [ $status -ge 130 ] || { [ $status = 0 ] && "$check" whole; } || fail "$name, $kind at $at: status $status"
          no_leftovers "$name, $kind at $at" ;;
        full)
          [ $status != 0 ] || [ "$(cat ../fault.log | sort -u)" = unlink ] || fail "$name, full at $at: status 0"
          [ "$(wc -l <../err.txt)" -le 3 ] || fail "$name, full at $at: $(cat ../err.txt)"
          no_leftovers "$name, $kind at $at" ;;
      esac
      "$check" broken || fail "$name, $kind at $at: a broken file is left"
      "$@" >../out.txt 2>../err.txt || fail "$name, after $kind at $at: $(tail -n 1 ../err.txt)"
      no_leftovers "$name, after $kind at $at"
      "$check" whole || fail "$name, after $kind at $at: the next run makes another result"
      cd .. && rm -f fault.log
    done
  done
}

# every_limit NAME CHECK COMMAND...: with too little of what the system gives, more in each run. A
# command then does its work with less, or says in a line what it needs.
every_limit() {
  local name=$1 check=$2 limit status
  shift 2
  local limits=() n
  for ((n = 4; n <= 12; ++n)); do limits+=("ulimit -n $n"); done
  for ((n = 16000; n <= 80000; n += 2000)); do limits+=("ulimit -v $n"); done
  for n in 1 2 3; do limits+=("export ODIN_FAULT=threads ODIN_FAULT_AT=$n LD_PRELOAD=$library"); done
  for limit in "${limits[@]}"; do
    rm -rf run && mkdir run && cd run || exit 2
    before_each
    (eval "$limit" && exec "$@") >../out.txt 2>../err.txt
    status=$?
    faults=$((faults + 1))
    # 127 is the loader's, which did not come to start the program.
    case $status in
      0) "$check" whole || fail "$name, $limit: another result" ;;
      1 | 127) [ "$(wc -l <../err.txt)" -le 3 ] || fail "$name, $limit: $(cat ../err.txt)" ;;
      *) fail "$name, $limit: status $status: $(tail -n 1 ../err.txt)" ;;
    esac
    no_leftovers "$name, $limit"
    "$check" broken || fail "$name, $limit: a broken file is left"
    "$@" >../out.txt 2>../err.txt || fail "$name, after $limit: $(tail -n 1 ../err.txt)"
    "$check" whole || fail "$name, after $limit: the next run makes another result"
    cd ..
  done
}

# Whether a file is absent (only in a broken run) or has the digest it has without a fault.
is_whole() { # is_whole STATE FILE...
  local state=$1 file
  shift
  for file in "$@"; do
    if [ -e "$file" ]; then
      cmp -s "$file" "../expected/$file" || [ "$(cat "$file")" = 'of before' ] || return 1
      [ "$state" = broken ] || cmp -s "$file" "../expected/$file" || return 1
    else
      [ "$state" = broken ] || return 1
    fi
  done
}

# expected COMMAND...: runs it undisturbed and keeps what it makes.
expected() {
  rm -rf expected && mkdir expected && cd expected || exit 2
  before_each
  "$@" >../out.txt 2>../err.txt || fail "$* ends with $?: $(cat ../err.txt)"
  cd ..
}

mkdir -p "$work" && cd "$work" || exit 2
rm -rf ./*
mkdir -p photos/a photos/b
cp "$samples"/known/* photos/a && cp "$samples"/unknown/* photos/b || exit 2
model=$samples/../../weights/densenet-bc-40-12-cifar10.safetensors

echo '--- convert, over a file that is there'
convert=("$odin" convert "$model" copy.safetensors --mean 0.5,0.5,0.5 --std 0.2,0.2,0.2)
before_each() { printf 'of before' >copy.safetensors; }
expected "${convert[@]}"
check() { is_whole "$1" copy.safetensors; }
every_fault convert 'kill term int full' check "${convert[@]}"
every_limit convert check "${convert[@]}"

before_each() { :; }
echo '--- evaluate'
evaluate=("$odin" evaluate --quiet --model "$model" --in folder:../photos/a@resize --out folder:../photos/b@resize
  --scores scores --json e.json --details d.json --csv e.csv --latex e.tex)
expected "${evaluate[@]}"
results=$(cd expected && find . -type f -not -name '*.json' | sort)
# The JSON files say how long it took.
check() {
  # shellcheck disable=SC2086  # names without spaces
  is_whole "$1" $results || return 1
  local file
  for file in e.json d.json; do
    if [ -e $file ]; then
      diff -q <(sed 's/"seconds": *[0-9.e-]*//g' $file) <(sed 's/"seconds": *[0-9.e-]*//g' ../expected/$file) >/dev/null || return 1
    elif [ "$1" = whole ]; then
      return 1
    fi
  done
}
every_fault evaluate 'kill term full' check "${evaluate[@]}"
every_limit evaluate check "${evaluate[@]}"

echo '--- detect'
detect=("$odin" detect --quiet --model "$model" ../photos/a ../photos/b)
check() { [ "$1" = broken ] || cmp -s ../out.txt ../expected.txt; }
expected "${detect[@]}" && cp out.txt expected.txt
every_limit detect check "${detect[@]}"

echo '--- tune'
tune=("$odin" tune --quiet --model "$model" --in folder:../photos/a@resize --out folder:../photos/b@resize
  --temperatures 1,1000 --epsilons 0,0.002 --json t.json --histograms h.json --save tuned.safetensors)
expected "${tune[@]}"
results=$(cd expected && find . -type f | sort)
# shellcheck disable=SC2086
check() { is_whole "$1" $results; }
every_fault tune 'kill term full' check "${tune[@]}"
# What was done by then is kept, to go on with.
cat >tune.sh <<'END'
if [ -e tune.state.safetensors ]; then exec "$@" --resume tune.state.safetensors; else exec "$@"; fi
END
# The histograms say the command.
check() {
  is_whole "$1" t.json tuned.safetensors || return 1
  [ -e h.json ] || { [ "$1" = broken ]; return; }
  sed 's/ --resume tune.state.safetensors//' h.json | cmp -s - ../expected/h.json
}
every_limit tune check bash ../tune.sh "${tune[@]}"

echo '--- train'
# A training that was broken off goes on where there is a checkpoint, and begins anew where not.
cat >train.sh <<END
if [ -e m.checkpoint.safetensors ]; then
  exec "$odin" train --quiet --resume m.checkpoint.safetensors
else
  exec "$odin" train --quiet --arch densenet-bc-10-2 --data folder:../photos@resize --epochs 2 --batch 8 --seed 3 \
    --validation 6 --save m.safetensors --log m.csv --page m.html
fi
END
train=(bash ../train.sh)
expected "${train[@]}"
weights() { "$odin" detect --json --quiet --model "$1" ../photos/a ../photos/b; }
(cd expected && weights m.safetensors >../weights.txt)
check() {
  [ "$1" = broken ] && { [ ! -e m.safetensors ] || weights m.safetensors >/dev/null; return; }
  weights m.safetensors | cmp -s - ../weights.txt
}
every_fault train 'kill term full' check "${train[@]}"
every_limit train check "${train[@]}"

echo '--- average'
cp expected/m.safetensors one.safetensors
average=("$odin" average --quiet ../one.safetensors "../one.safetensors" --data folder:../photos@resize --save mean.safetensors)
expected "${average[@]}"
check() { is_whole "$1" mean.safetensors; }
every_fault average 'kill term full' check "${average[@]}"
every_limit average check "${average[@]}"

[ $failed = 0 ] && echo "$faults faults, nothing lost and nothing left"
exit $failed
