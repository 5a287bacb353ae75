#!/usr/bin/env bash
# Makes `cargo build --target wasm32-unknown-unknown` work, fat LTO included, on
#   (a) a machine whose toolchain can have the target: already there, or
#       `rustup target add` can fetch it;
#   (b) a Debian machine where it cannot: takes Debian's rustc-web and builds the
#       wasm standard library once from Debian's own source package into a
#       private toolchain directory. Outside that directory only apt writes.
# Idempotent: a second run takes well under a second and changes nothing.
#
#   eval "$(scripts/wasm-toolchain.sh --env)"   use it in this shell (no-op on (a))
#   scripts/wasm-toolchain.sh                    set up, say what was done
#   scripts/wasm-toolchain.sh --override         (b) also: `rustup override` for this
#                                                checkout, so that plain cargo picks it up
#   scripts/wasm-toolchain.sh --remove           undo --override, delete the private toolchains
#
# Environment:
#   WASM_TOOLCHAIN_DIR      where private toolchains go (default: <user cache>/countersign-toolchain)
#   WASM_TOOLCHAIN_MODE     auto (default) | rustup (never (b)) | debian (straight to (b))
#   WASM_TOOLCHAIN_CLIPPY   1 (default) also brings clippy and rustfmt for (b); 0 does not
#   WASM_TOOLCHAIN_TIMEOUT  seconds given to `rustup target add` (default 120)
set -euo pipefail

TARGET=wasm32-unknown-unknown
RECIPE=1                      # raise it when the recipe below changes: old results are then rebuilt
MIN_MINOR=${WASM_TOOLCHAIN_MIN:-88}   # refuse a Debian rustc older than 1.<this> (set it to the project's MSRV)
APT_RUSTC=rustc-web APT_CARGO=cargo-web APT_SRC=rust-web-src
APT_LINT=(rust-web-clippy rustfmt-web)
ROOT=${WASM_TOOLCHAIN_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/countersign-toolchain}
ROOT=$(realpath -m "$ROOT")   # the wrappers name it, so it must be absolute
MODE=${WASM_TOOLCHAIN_MODE:-auto}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ACTION=${1:-setup}

say() { printf 'wasm-toolchain: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo; then sudo -n "$@" || die "needs root: $*"
  else die "needs root: $*"; fi
}

# Can this rustc (a path, or a name on PATH) make a fat-LTO wasm module? The one
# test that counts: it also catches a missing linker and a std without bitcode.
# Runs in the checkout, so that its rust-toolchain.toml or override has its say.
usable() {
  local tmp rc=0
  tmp=$(mktemp -d)
  printf '%s\n' '#[unsafe(no_mangle)] pub extern "C" fn f(n: usize) -> usize {' \
    'let mut m = std::collections::BTreeMap::new(); for i in 0..n { m.insert(i, format!("{i}")); }' \
    'm.values().map(|s| s.len()).sum() }' >"$tmp/probe.rs"
  (cd "$HERE" && "$@" --edition 2024 --crate-type cdylib --target "$TARGET" -Copt-level=3 -Clto=fat \
    -Ccodegen-units=1 -Cpanic=abort -o "$tmp/probe.wasm" "$tmp/probe.rs") >"$tmp/log" 2>&1 || rc=1
  [ -s "$tmp/probe.wasm" ] || rc=1
  rm -rf "$tmp"
  return "$rc"
}

debian_rustc=/usr/bin/rustc
# The private toolchain that fits the installed Debian rustc: one directory per
# compiler build, so an apt upgrade leads to a fresh one instead of a broken one.
private_dir() {
  local v; v=$("$debian_rustc" -vV) || return 1
  printf '%s/%s-%s' "$ROOT" "$(sed -n 's/^release: //p' <<<"$v")" \
    "$(printf '%s\n%s\n' "$RECIPE" "$v" | sha256sum | cut -c1-12)"
}

# --- what the caller's shell needs ------------------------------------------
emit_env() {           # $1: private toolchain, or empty on (a)
  [ "$ACTION" = --env ] || return 0
  if [ -z "$1" ]; then echo ': # the toolchain on PATH has the wasm target'
  elif have rustup; then printf 'export RUSTUP_TOOLCHAIN=%q\n' "$1"
  else printf 'export PATH=%q:"%s"\n' "$1/bin" "\$PATH"; fi
}
finish() {
  if [ "$ACTION" = --override ] && [ -n "$1" ]; then
    if have rustup; then
      rustup toolchain link countersign-wasm "$1" >&2
      rustup override set --path "$HERE" countersign-wasm >&2
      say "plain cargo in this checkout now uses it (undo: --remove)"
    else say "no rustup here: put $1/bin first on PATH"; fi
  fi
  emit_env "$1"
}

# --- (a) ---------------------------------------------------------------------
try_rustup() {
  have rustup || return 1
  say "trying: rustup target add $TARGET"
  (cd "$HERE" && timeout "${WASM_TOOLCHAIN_TIMEOUT:-120}" rustup target add "$TARGET") >&2 || return 1
  usable rustc
}

# --- (b) ---------------------------------------------------------------------
installed() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }
version_of() { dpkg-query -W -f='${Version}' "$1" 2>/dev/null || true; }
apt_updated=0
apt_update() { [ "$apt_updated" = 1 ] || { say "apt-get update"; as_root apt-get -qq update >&2; apt_updated=1; }; }
apt_install() {
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 install "$@" >/dev/null
}
llvm_major() { "$debian_rustc" -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p'; }

debian_packages() {
  have apt-get || die "the target is missing, rustup cannot fetch it and this is not a Debian system"
  local want=() p
  for p in "$APT_RUSTC" "$APT_CARGO" gcc libc6-dev; do installed "$p" || want+=("$p"); done
  if [ "${WASM_TOOLCHAIN_CLIPPY:-1}" = 1 ]; then
    for p in "${APT_LINT[@]}"; do installed "$p" || want+=("$p"); done
  fi
  if [ ${#want[@]} -gt 0 ]; then apt_update; apt_install "${want[@]}"; fi
  local minor; minor=$("$debian_rustc" -V | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
  if [ "${minor:-0}" -lt "$MIN_MINOR" ]; then      # an old one was installed: take the newest
    apt_update; apt_install "$APT_RUSTC" "$APT_CARGO"
    minor=$("$debian_rustc" -V | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
    [ "${minor:-0}" -ge "$MIN_MINOR" ] || die "Debian's newest rustc is 1.$minor, need 1.$MIN_MINOR"
  fi
}

# Prints a generic lld. First choice: Debian's, of the compiler's own LLVM; then
# the one that every rustup toolchain carries; then whatever Debian has.
find_lld() {
  local major c; major=$(llvm_major)
  c=/usr/lib/llvm-$major/bin/lld
  if [ ! -x "$c" ]; then
    apt_install "lld-$major" || { apt_update; apt_install "lld-$major"; } || say "no lld-$major: looking for another"
  fi
  for c in "/usr/lib/llvm-$major/bin/lld" \
           "${RUSTUP_HOME:-$HOME/.rustup}"/toolchains/*/lib/rustlib/*/bin/rust-lld \
           /usr/lib/llvm-*/bin/lld; do
    [ -x "$c" ] && { readlink -f "$c"; return; }
  done
  die "no lld to be had: install lld-$major"
}

# Puts the standard library's source, of exactly the installed compiler, at $1.
fetch_source() {
  local ver deb; ver=$(version_of "$APT_RUSTC")
  if [ "$(version_of "$APT_SRC")" = "$ver" ] && [ -f /usr/lib/rustlib/src/rust/library/Cargo.lock ]; then
    ln -s /usr/lib/rustlib/src/rust/library "$1/library"; return
  fi
  # Not installed: the archive has 45,000 files, std needs a tenth, so unpack that part only.
  apt_update
  if ! (cd "$1" && apt-get -qq download "$APT_SRC=$ver") >/dev/null 2>&1; then
    say "$APT_SRC $ver is no longer served: moving $APT_RUSTC to the newest"
    apt_install "$APT_RUSTC" "$APT_CARGO"
    return 9                        # the compiler changed: the caller starts again
  fi
  deb=$(find "$1" -name "$APT_SRC*.deb" | head -n1)
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1" --strip-components=4 --wildcards './usr/src/rustc-*/library/*'
  rm -f "$deb"
}

wrapper() {            # $1 file, $2 program, $3 what to set
  printf '#!/bin/sh\n%s\nexec %s "$@"\n' "$3" "$2" >"$1"; chmod 755 "$1"
}

build_private() {      # $1: where it will live
  local dir=$1 work host src commit
  host=$("$debian_rustc" -vV | sed -n 's/^host: //p')
  commit=$("$debian_rustc" -vV | sed -n 's/^commit-hash: //p')
  mkdir -p "$ROOT"
  work=$(mktemp -d "$ROOT/.build.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  fetch_source "$work" || { local rc=$?; rm -rf "$work"; trap - EXIT; return "$rc"; }
  src=$(readlink -f "$work/library")

  say "building std for $TARGET with $("$debian_rustc" -V | cut -d' ' -f1-2) (about half a minute)"
  # As the Rust project builds it for release: one codegen unit, bitcode embedded (fat
  # LTO needs it), the sources' own Cargo.lock, so nothing floats. The compiler_builtins
  # override of the release profile is inherited. Source paths are rewritten, so that
  # panic messages carry no path of this machine.
  local cargo_home=${CARGO_HOME:-$HOME/.cargo}
  if ! (cd "$work" && env -u CARGO_ENCODED_RUSTFLAGS -u RUSTC_WRAPPER -u RUSTC_WORKSPACE_WRAPPER -u RUSTUP_TOOLCHAIN \
      -u CARGO_BUILD_TARGET -u CARGO_BUILD_RUSTFLAGS -u CARGO_TARGET_DIR -u CARGO_INCREMENTAL -u MAKEFLAGS \
      RUSTC="$debian_rustc" RUSTC_BOOTSTRAP=1 \
      RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes --remap-path-prefix=$src=/rustc/$commit/library --remap-path-prefix=$cargo_home=/rust/deps" \
      /usr/bin/cargo build --locked --manifest-path "$src/sysroot/Cargo.toml" --profile wasm-std \
      --config 'profile.wasm-std.inherits="release"' --config 'profile.wasm-std.codegen-units=1' \
      --config 'profile.wasm-std.debug=false' --features backtrace --target "$TARGET" --target-dir "$work/target") >"$work/log" 2>&1; then
    tail -n 40 "$work/log" >&2; die "std did not build"
  fi

  local t=$work/toolchain lib lld
  lib=$t/lib/rustlib/$TARGET/lib
  mkdir -p "$t/bin" "$lib" "$t/lib/rustlib/$host/bin"
  cp "$work/target/$TARGET/wasm-std/deps"/lib*.rlib "$lib/"
  ln -s "/usr/lib/rustlib/$host/lib" "$t/lib/rustlib/$host/lib"
  [ -d /usr/lib/rustlib/etc ] && ln -s /usr/lib/rustlib/etc "$t/lib/rustlib/etc"
  lld=$(find_lld) || exit 1
  ln -s "$lld" "$t/lib/rustlib/$host/bin/rust-lld"
  # Debian's rustc would look under /usr: tell it, unless the caller says otherwise itself.
  local guard="for a in \"\$@\"; do case \$a in --sysroot|--sysroot=*) exec PROG \"\$@\";; esac; done"
  wrapper "$t/bin/rustc" "/usr/bin/rustc --sysroot '$dir'" "${guard/PROG//usr/bin/rustc}"
  wrapper "$t/bin/rustdoc" "/usr/bin/rustdoc --sysroot '$dir'" "${guard/PROG//usr/bin/rustdoc}"
  # Under rustup the proxies find the rest; without it, this directory must lead PATH.
  local lead="[ -n \"\${RUSTUP_TOOLCHAIN:-}\" ] || { PATH='$dir/bin':\$PATH; export PATH; }"
  wrapper "$t/bin/cargo" /usr/bin/cargo "$lead"
  wrapper "$t/bin/cargo-clippy" /usr/bin/cargo-clippy "SYSROOT='$dir'; export SYSROOT"
  wrapper "$t/bin/clippy-driver" /usr/bin/clippy-driver "SYSROOT='$dir'; export SYSROOT"
  wrapper "$t/bin/cargo-fmt" /usr/bin/cargo-fmt :
  wrapper "$t/bin/rustfmt" /usr/bin/rustfmt :
  "$debian_rustc" -vV >"$t/stamp"
  rm -rf "$dir"; mv "$t" "$dir"
  usable "$dir/bin/rustc" || { rm -rf "$dir"; die "built, but a fat-LTO module does not link"; }
  rm -rf "$work"; trap - EXIT
  say "built $(du -sh "$dir" | cut -f1) at $dir"
}

debian() {
  local dir rc
  mkdir -p "$ROOT"
  exec 9>"$ROOT/.lock"; flock 9                      # two runs at once: the second waits
  # Fast path: built before, and for the compiler that is installed now.
  if [ -x "$debian_rustc" ] && dir=$(private_dir) && [ -f "$dir/stamp" ] &&
     "$debian_rustc" -vV | cmp -s - "$dir/stamp" && [ -x "$dir/lib/rustlib/$(sed -n 's/^host: //p' "$dir/stamp")/bin/rust-lld" ]; then
    say "private toolchain ready: $dir"; finish "$dir"; return
  fi
  debian_packages
  for _ in 1 2; do
    dir=$(private_dir); rc=0
    build_private "$dir" || rc=$?
    [ "$rc" = 9 ] || break
  done
  [ "$rc" = 0 ] || die "could not build the wasm standard library"
  finish "$dir"
}

remove() {
  if have rustup; then
    rustup override unset --path "$HERE" >&2 || true
    rustup toolchain uninstall countersign-wasm >&2 2>/dev/null || true
  fi
  local d                         # only what this script made, whatever else is in there
  for d in "$ROOT"/*/stamp; do [ -f "$d" ] && rm -rf "${d%/stamp}"; done
  rm -rf "$ROOT"/.build.* "$ROOT/.lock"; rmdir "$ROOT" 2>/dev/null || true
  say "removed the private toolchains under $ROOT"
}

case $ACTION in
  setup|--env|--override) ;;
  --remove) remove; exit 0 ;;
  *) sed -n '2,24p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
if [ "$MODE" != debian ]; then
  if have rustc && usable rustc; then
    say "$(cd "$HERE" && rustc -V | cut -d' ' -f1-2) on PATH already builds $TARGET"; finish ""; exit 0
  fi
  # Tried before and fell back to (b): do not ask the network again.
  if [ "$MODE" = auto ] && [ -x "$debian_rustc" ] && dir=$(private_dir) && [ -f "$dir/stamp" ]; then debian; exit 0; fi
  if try_rustup; then say "target added by rustup"; finish ""; exit 0; fi
  [ "$MODE" = rustup ] && die "rustup could not bring $TARGET"
  say "rustup cannot bring $TARGET: using Debian's compiler"
fi
debian
