#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What must not stand in the tree: unfinished work, paths of one machine, files with more than one idea, files without
# a licence. Looks at what git knows or would add.
set -eu
cd "$(dirname "$0")/../.."
status=0
files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

complain() { # TITLE LINES
  [ -n "$2" ] || return 0
  printf '%s\n%s\n' "$1" "$2"
  status=1
}

# Written in pieces, so that this file does not find itself.
unfinished='TO''DO|FIX''ME|(^|[^X])X''XX([^X]|$)|not implem''ented|HA''CK:'
places='(^|[^[:alnum:]_.])/(wo''rk|ho''me|ro''ot)/'
complain "Unfinished work:" "$(files | xargs -d '\n' grep -nIE "$unfinished" || true)"
complain "Paths of one machine:" "$(files | xargs -d '\n' grep -nIE "$places" || true)"
complain "Files past 400 lines:" "$(files '*.cc' '*.h' '*.c' '*.py' '*.sh' | xargs -d '\n' wc -l |
  awk '$2 != "total" && $1 > 400 { print $2 ": " $1 }')"
complain "No SPDX line on top:" "$(files '*.cc' '*.h' '*.c' '*.py' | while read -r f; do
  head -3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$f"; done)"
complain "Trailing blanks:" "$(files '*.cc' '*.h' '*.c' '*.py' '*.sh' '*.md' Makefile | xargs -d '\n' grep -nE ' +$' | head -20 || true)"
[ $status -ne 0 ] || echo "tree: $(files | wc -l) files, nothing in them that should not be"
exit $status
