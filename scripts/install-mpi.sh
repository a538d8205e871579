#!/usr/bin/env bash
# Installs Open MPI, for the test of several ranks and for -DODIN_MPI=ON (Debian, Ubuntu; as root or
# with sudo). Where an MPI is there it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

if is_there mpicxx && is_there mpirun; then exit 0; fi
if ! command -v apt-get >/dev/null || ! can_be_root; then
  echo 'install-mpi: run this as root on Debian, or have Open MPI or MPICH installed' >&2
  exit 1
fi
update_lists
install_packages libopenmpi-dev openmpi-bin
