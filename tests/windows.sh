#!/usr/bin/env bash
# Runs odin.exe under wine beside the release build: the figures of both are the same (labels exactly, scores
# to 5e-6), a training goes on after an interruption, and errors are one line.
#   tests/windows.sh ODIN.EXE [LINUX ODIN]
set -euo pipefail
cd "$(dirname "$0")/.."
exe=$(realpath "$1")
linux=$(realpath "${2:-build/release/odin}")
model=$PWD/weights/densenet-bc-40-12-cifar10.safetensors
wine=$(command -v wine64 || command -v wine || echo /usr/lib/wine/wine64)
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' LC_ALL=C.UTF-8
trap '"${wine%/*}/wineserver" -k 2>/dev/null; rm -rf "$work"' EXIT
"$wine" "$exe" --version >/dev/null 2>&1 || true # wine makes its folder, and says so

windows() { "$wine" "$exe" "$@" </dev/null; }

# same WHAT FILE FILE: JSON, one value a line or in all, in which numbers may differ by 5e-6
same() {
  python3 - "$@" <<'PYTHON'
import json, sys
what, *files = sys.argv[1:]

def values(file):
    text = open(file, encoding="utf-8").read()
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]

numbers = 0
def compare(a, b, where):
    global numbers
    if isinstance(a, dict):
        assert a.keys() == b.keys(), (where, a.keys(), b.keys())
        for key in a:
            if key not in ("seconds", "command", "commit", "threads", "images_per_second"):
                compare(a[key], b[key], where + "." + key)
    elif isinstance(a, list):
        assert len(a) == len(b), (where, len(a), len(b))
        for i, (x, y) in enumerate(zip(a, b)):
            compare(x, y, f"{where}[{i}]")
    elif isinstance(a, float):
        numbers += 1
        assert abs(a - b) <= 5e-6, (where, a, b)
    else:
        numbers += isinstance(a, int)
        assert a == b, (where, a, b)

linux, windows = map(values, files)
compare(linux, windows, what)
assert numbers >= 9, numbers
print(f"{what}: the same {numbers} numbers")
PYTHON
}

# refuses STATUS TEXT COMMAND...: ends so, says this in one line, and nothing else
refuses() {
  local status=0 expected=$1 text=$2
  shift 2
  windows "$@" >"$work/out" 2>"$work/err" || status=$?
  if [ "$status" != "$expected" ] || [ -s "$work/out" ] || [ "$(wc -l <"$work/err")" != 1 ] ||
    ! grep -qF "$text" "$work/err"; then
    echo "windows: odin $*: status $status, expected $expected and \"$text\"; it said:" >&2
    cat "$work/out" "$work/err" >&2
    exit 1
  fi
  echo "refused: $(cat "$work/err")"
}

# Names that are not ASCII, in three writings and beyond 16 bits.
known="$work/großer Ordner/известные" unknown="$work/großer Ordner/写真 😀"
mkdir -p "$known" "$unknown"
cp native/samples/known/*.png "$known"
cp native/samples/unknown/*.png "$unknown"

for odin in "$linux" windows; do
  name=$(basename "$odin")
  "$odin" detect --quiet --json "$known" "$unknown" >"$work/detect.$name"
done
sed -i 's|\\\\|/|g' "$work/detect.windows" # what is found in a folder has Windows' separators
same detect "$work/detect.odin" "$work/detect.windows"

# A list with Windows' ends of lines and a model that come through pipes, and a file that is gone on with.
printf '%s\r\n' "$known"/{airplane,bird}.png |
  "$wine" "$exe" detect --quiet --json --from - --output "$work/lines.windows"
# shellcheck disable=SC2002  # a pipe is meant
cat "$model" | "$wine" "$exe" detect --quiet --json --model - --output "$work/lines.windows" --resume \
  "$known"/{airplane,bird,cat}.png
"$linux" detect --quiet --json "$known"/{airplane,bird,cat}.png >"$work/lines.odin"
same 'detect in parts' "$work/lines.odin" "$work/lines.windows"

# Where the folder of the networks is not in sight (another drive) it has one in itself.
(cd "$WINEPREFIX/drive_c" && "$wine" "Z:$exe" detect --quiet --json "Z:$known" </dev/null) |
  sed 's|"Z:|"|; s|\\\\|/|g' >"$work/inside.windows"
head -10 "$work/detect.odin" >"$work/inside.odin"
same 'detect with the network inside' "$work/inside.odin" "$work/inside.windows"

for odin in "$linux" windows; do
  name=$(basename "$odin")
  "$odin" evaluate --quiet --model "$model" --in "folder:$known@resize" --out "folder:$unknown@resize" \
    --out uniform:20 --json "$work/evaluate.$name" --csv "$work/csv.$name" >"$work/table.$name"
  cp "$model" "$work/tuned.$name.safetensors"
  "$odin" tune --quiet --model "$work/tuned.$name.safetensors" --in "folder:$known@resize" \
    --out "folder:$unknown@resize" --temperatures 1,1000 --epsilons 0,0.0014 --save >"$work/tune.$name"
done
same evaluate "$work/evaluate.odin" "$work/evaluate.windows"
cmp <(grep -v " in all\$" "$work/table.odin") <(grep -v " in all\$" "$work/table.windows")
cmp "$work/tune.odin" "$work/tune.windows"
cmp "$work/tuned.odin.safetensors" "$work/tuned.windows.safetensors"
echo 'tune: the same table and the same file'

# A training: the same losses and weights as on Linux; interrupted, the same as at one go.
for class in animal:bird:cat:deer:dog:frog:horse vehicle:airplane:automobile:ship:truck; do
  IFS=: read -r -a names <<<"$class"
  mkdir -p "$work/Klaßen/${names[0]}"
  for picture in "${names[@]:1}"; do cp "native/samples/known/$picture.png" "$work/Klaßen/${names[0]}"; done
done
training=(train --quiet --arch convnet-4-8 --data "folder:$work/Klaßen@resize" --validation 0 --batch 4
  --lr 0.05 --seed 3)
for odin in "$linux" windows; do
  name=$(basename "$odin")
  "$odin" "${training[@]}" --epochs 6 --save "$work/net.$name.safetensors" --log "$work/log.$name" >/dev/null
done
windows "${training[@]}" --epochs 6 --save "$work/parts.safetensors" --max-minutes 0.0000001 2>"$work/err" >/dev/null
grep -q 'go on with odin train --resume' "$work/err"
windows train --quiet --resume "$work/parts.checkpoint.safetensors" >/dev/null
python3 - "$work" <<'PYTHON'
import json, struct, sys

def tensors(name):
    with open(f"{sys.argv[1]}/{name}.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__")
    return {key: struct.unpack(f"<{(e - b) // 4}f", data[b:e])
            for key, value in header.items() if value["dtype"] == "F32"
            for b, e in [value["data_offsets"]]}

linux, windows, parts = map(tensors, ("net.odin", "net.windows", "parts"))
assert linux.keys() == windows.keys() and len(linux) > 4
largest = max(abs(a - b) for key in linux for a, b in zip(linux[key], windows[key], strict=True))
assert largest <= 5e-6, largest
assert windows == parts
print(f"train: weights differ by at most {largest:.1e}, after an interruption not at all")
PYTHON

# While one is at work its model is read, a second with the same files is refused, and Ctrl-C stops it.
set -m # without it bash lets the program ignore Ctrl-C
"$wine" "$exe" "${training[@]}" --epochs 100000 --save "$work/long.safetensors" >/dev/null 2>"$work/long.err" </dev/null &
long=$!
set +m
for ((i = 0; i < 300; ++i)); do [ -e "$work/long.safetensors" ] || sleep 0.2; done
for i in 1 2 3; do windows info "$work/long.safetensors" >/dev/null; done
refuses 1 'another odin train is writing' "${training[@]}" --save "$work/long.safetensors"
kill -INT $long
status=0
wait $long || status=$?
[ $status = 130 ] && grep -q 'go on with odin train --resume' "$work/long.err"
echo "interrupted: $(cat "$work/long.err")"
windows train --quiet --resume "$work/long.checkpoint.safetensors" --max-minutes 0.0000001 >/dev/null 2>&1
[ -z "$(find "$work" -name '*.part')" ]

refuses 1 'serve: not available on Windows' serve --port 0
refuses 1 'no such file' detect --json "$work/nothing.png"
refuses 1 'is neither a file nor a shipped model' detect --model "$work/nothing.safetensors" "$known/cat.png"
head -c 100 "$known/cat.png" >"$work/zerstört.png"
refuses 1 "zerstört.png': the file is truncated" detect --json "$work/zerstört.png"
refuses 1 'it has lines of an earlier run' detect --json --output "$work/lines.windows" "$known/cat.png"
refuses 1 'can not be written' evaluate --in uniform:2 --out gaussian:2 --json "$work/no folder/x.json"
refuses 2 'was not expected: --no-such-option' detect --no-such-option
