#!/bin/sh
# Takes crawl files to glyphd, from cron or a systemd timer: scores each once, and sends what is scored, the oldest first, until
# it is stored. Ends with 0 unless a person must act; stderr says why. README.md says how to set it up.
set -eu
LC_ALL=C # names sort by bytes, and so by the times that they begin with
export LC_ALL

: "${FEED_DIR:?name the folder of the feed}"
: "${GLYPHSIEVE:=glyphsieve}" "${GLYPHD:=glyphd}"
: "${FEED_SIEVE_OPTIONS:=}" # for glyphsieve run, separated by blanks, such as: --currency USD --rates rates.json
: "${FEED_PATIENCE_HOURS:=6}"
# GLYPHD_URL, the address of the daemon, is read by glyphd itself.

cd "$FEED_DIR"
mkdir -p incoming archive rejected spool held
words=words.$$ # what the command at work says
trap 'rm -f "$words"' EXIT
trap 'exit 130' HUP INT TERM
exit_code=0

say() {
  printf 'feed: %s\n' "$*"
}

need_person() {
  exit_code=1
  say "$@" >&2
}

# One run at a time. What a killed run left behind is cleared away; should two runs do that at once, both work, and nothing is
# stored twice, because the daemon knows a file by its digest.
locked='' now=$(date +%s)
for _ in 1 2 3; do
  if mkdir lock 2>/dev/null; then
    echo "$$ $now" >lock/owner
    locked=yes
    break
  fi
  [ -s lock/owner ] || sleep 1 # another run is just beginning, or has just ended
  owner='' since=0
  { read -r owner since <lock/owner; } 2>/dev/null || :
  if [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
    say "run $owner is still at work"
    [ $(((now - since) / 3600)) -lt "$FEED_PATIENCE_HOURS" ] ||
      need_person "it takes too long: end it, or, if process $owner is something else, remove $FEED_DIR/lock"
    exit "$exit_code"
  fi
  if mv lock "lock.$$" 2>/dev/null; then rm -r "lock.$$"; fi
done
[ -n "$locked" ] || { need_person "$FEED_DIR/lock cannot be made"; exit 1; }
trap 'rm -rf lock "$words"' EXIT

# hold FILE NAME TODO: sets a file aside, and writes beside it why, and what to do.
hold() {
  mv "$1" "held/$2"
  { cat "$words"; printf '\n%s\n' "$3"; } >"held/$2.why"
  need_person "set aside $2"
  cat "$words" >&2
}

for crawl in incoming/*; do
  [ -f "$crawl" ] || continue
  name=${crawl##*/}
  # shop-20261101T060000Z.csv was seen at 2026-11-01T06:00:00Z; a file without a time in its name, when it was last changed
  seen_at=$(printf '%s\n' "$name" | sed -n \
    's/.*\([0-9]\{4\}\)\([0-9][0-9]\)\([0-9][0-9]\)T\([0-9][0-9]\)\([0-9][0-9]\)\([0-9][0-9]\)Z.*/\1-\2-\3T\4:\5:\6Z/p')
  time=${seen_at:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}
  id=$(printf '%s' "$time" | tr -d ':-')-$(cksum <"$crawl" | tr ' ' -)-$name # as no other crawl has it
  status=0
  # shellcheck disable=SC2086 # the options are several words
  "$GLYPHSIEVE" run ${seen_at:+--seen-at "$seen_at"} $FEED_SIEVE_OPTIONS \
    --rejections "rejected/$id.ndjson" --output "spool/$id.ndjson" "$crawl" 2>"$words" || status=$?
  case $status in
    0)
      mv "$crawl" "archive/$id"
      [ -s "rejected/$id.ndjson" ] || rm -f "rejected/$id.ndjson"
      say "scored $name"
      cat "$words"
      ;;
    1 | 2)
      hold "$crawl" "$id" "Remove it, or move it back, put right, under its own name:
  mv '$FEED_DIR/held/$id' '$FEED_DIR/incoming/$name'"
      ;;
    *)
      need_person "$GLYPHSIEVE ended with $status; $name stays in $FEED_DIR/incoming"
      cat "$words" >&2
      break
      ;;
  esac
done

for scored in spool/*.ndjson; do
  [ -f "$scored" ] || continue
  name=${scored##*/}
  status=0
  "$GLYPHD" import --complete "$scored" 2>"$words" || status=$?
  case $status in
    0)
      rm -f "$scored" waiting_since
      say "stored $name"
      cat "$words"
      ;;
    3) # the daemon is away or busy
      say "unsent: $name and what is newer"
      [ -s waiting_since ] || echo "$now" >waiting_since
      hours=$(((now - $(cat waiting_since)) / 3600))
      [ "$hours" -lt "$FEED_PATIENCE_HOURS" ] || {
        need_person "nothing could be sent for $hours hours; what waits in $FEED_DIR/spool goes when the daemon is back"
        cat "$words" >&2
      }
      break
      ;;
    4)
      rm -f waiting_since
      hold "$scored" "$name" "Remove it if the crawl broke off, or was wrong. If it is right as it is, and those offers are gone:
  ${GLYPHD_URL:+GLYPHD_URL=$GLYPHD_URL }$GLYPHD import --complete --force '$FEED_DIR/held/$name' && rm '$FEED_DIR/held/$name'
Put right, or with a daemon that takes more:
  mv '$FEED_DIR/held/$name' '$FEED_DIR/spool/'"
      ;;
    *)
      need_person "$GLYPHD ended with $status; $name stays in $FEED_DIR/spool"
      cat "$words" >&2
      break
      ;;
  esac
done

for file in held/*; do
  case $file in
    'held/*' | *.why) ;;
    *) need_person "$file waits for a person: $file.why says why, and what to do" ;;
  esac
done
exit "$exit_code"
