# shellcheck shell=bash
# Helpers of the install scripts, which source this file.

is_there() {
  case "$1" in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# The packages of `needed` that are not there: lines of a package and the command or file that shows it.
missing_packages() {
  local package proof
  while read -r package proof; do
    [ -z "$package" ] || is_there "$proof" || echo "$package"
  done <<<"$needed"
}

can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Shows what a command prints only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}

update_lists() {
  quietly as_root apt-get -q -oAcquire::Retries=3 update ||
    echo 'apt-get update failed; trying with the lists as they are' >&2
}

install_packages() {
  echo "installing $*" >&2
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -oDPkg::Lock::Timeout=300 \
    -oAcquire::Retries=3 install -y --no-install-recommends "$@"
}

# debian_mirror FORMAT: of the first Debian mirror that is set up here, as apt-get indextargets formats
# it; nothing where there is none.
debian_mirror() {
  [ -e "$debian_keyring" ] || return 0
  apt-get indextargets --format "$1" 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' |
    sed -n 1p
}

# debian_sources FILTER: the lines of sources.list for the source packages of the Debian mirrors that are
# set up here and that apt-get indextargets finds with this filter.
debian_sources() {
  [ -e "$debian_keyring" ] || return 0
  apt-get indextargets --format "deb-src [signed-by=$debian_keyring] \$(REPO_URI) \$(CODENAME) main" \
    'Created-By: Packages' 'Component: main' "$1" | sort -u
}
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# own_apt DIR SOURCES: the array apt is an apt-get that knows these lines of sources alone and keeps what
# it knows in DIR, so that nothing of the system is touched.
own_apt() {
  mkdir -p "$1"/{lists,cache/archives}/partial
  echo "$2" >"$1/sources.list"
  # shellcheck disable=SC2034  # the scripts that source this file use it
  apt=(apt-get -q -oDir::Etc::sourcelist="$1/sources.list" -oDir::Etc::sourceparts=/dev/null
    -oDir::State::Lists="$1/lists" -oDir::Cache="$1/cache" -oAcquire::Retries=3
    -oAPT::Sandbox::User=root)
}
