# shellcheck shell=bash disable=SC2034,SC2154
# Read by the scripts of this folder, after they have set `work`: goes into that folder, empties it, and
# puts photos of two classes there.
samples=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/native/samples
failed=0

fail() {
  echo "FAILED: $*" >&2
  failed=1
}

# As root and on fewer cores than ranks, which is all right for a test.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_base_warn_component_unused=0
export OMPI_MCA_btl=self,vader,tcp OMPI_MCA_btl_vader_single_copy_mechanism=none

mkdir -p "$work" && cd "$work" || exit 2
rm -rf ./*
mkdir -p photos/a photos/b
cp "$samples"/known/* photos/a && cp "$samples"/unknown/* photos/b || exit 2
