#!/usr/bin/env bash
# A Kochab node in a shell script: mosquitto_pub, mosquitto_sub, jq and coreutils are all it takes.
#
#   usage: node.sh BROKER_HOST BROKER_PORT RESOURCE_MANAGER NODE
#
# From another machine than the broker's it needs a certificate: KOCHAB_IDENTITY names a directory for it, KOCHAB_JOIN_TOKEN is what
# kochab:node-token-create printed. The first start joins, each start asks for a fresh certificate; openssl is needed too.
#
# It registers itself, sends heartbeats, runs the first container of each process pod it is given as a child process, reports what
# became of it, and answers `logs`. Stop it with Ctrl-C: its pods end with it, and after a while the platform calls the node lost.
# It keeps nothing on disk, so it is a demonstration of docs/protocol/README.md and no replacement for the agent.
set -euo pipefail
export LC_ALL=C

[ $# -eq 4 ] || { echo "usage: $0 BROKER_HOST BROKER_PORT RESOURCE_MANAGER NODE" >&2; exit 2; }
host=$1 port=$2 manager=$3 node=$4
for tool in mosquitto_pub mosquitto_sub jq sha256sum setsid base64; do
  command -v "$tool" >/dev/null || { echo "$0: $tool is missing: install mosquitto-clients, jq and coreutils" >&2; exit 2; }
done

root=kochab/1/$manager/$node
work=$(mktemp -d)
birth=$(date +%s%3N)       # grows with each start; a real node makes its counter durable before it connects
boot=$(cat /proc/sys/kernel/random/boot_id)
epoch=0 generation=0       # of the desired state in force
sequence=0 beat=0 every=5 next_beat=0
declare -A pid=() token=() phase=() name=() code=() wanted=()

options=(-V mqttv5 -h "$host" -p "$port" -q 1)

say() { echo "$(date +%T) $node: $*"; }

send() { # TOPIC PAYLOAD [OPTION...]
  local topic=$1 payload=$2; shift 2
  mosquitto_pub "${options[@]}" -t "$root/up/$topic" -m "$payload" "$@"
}

birth_message() {
  jq -nc --arg boot "$boot" --argjson birth "$birth" --arg cpu "$(nproc)" \
    --arg memory "$(awk '/^MemTotal:/ {print $2 "Ki"}' /proc/meminfo)" --arg arch "$(uname -m)" --arg kernel "$(uname -r)" \
    --argjson generation "$generation" '{
      bootId: $boot, birth: $birth, agentVersion: "shell-node", capacity: {cpu: $cpu, memory: $memory, pods: "20"},
      runtimes: [{kind: "process", ok: true, limits: []}], labels: {"example.org/shell": "true"},
      nodeInfo: {operatingSystem: "linux", architecture: $arch, kernelVersion: $kernel}, appliedGeneration: $generation}'
}

# One pod as it is now: UID GONE
pod_entry() {
  jq -nc --arg uid "$1" --argjson token "${token[$1]}" --argjson gone "$2" --arg phase "${phase[$1]}" \
    --arg name "${name[$1]:-main}" --argjson code "${code[$1]:-0}" '
    {uid: $uid, token: $token, gone: $gone, status: {phase: $phase, containerStatuses: [
      {name: $name, ready: ($phase == "Running"), restartCount: 0,
       state: (if $phase == "Running" then {running: {}} else {terminated: {exitCode: $code}} end)}]}}'
}
report() { # FULL ENTRY...
  local full=$1; shift
  sequence=$((sequence + 1))
  send reported "$(printf '%s\n' "$@" | jq -sc --argjson birth "$birth" --argjson sequence "$sequence" --argjson epoch "$epoch" \
    --argjson generation "$generation" --argjson full "$full" \
    '{birth: $birth, sequence: $sequence, epoch: $epoch, generation: $generation, full: $full, pods: .}')"
}

full_report() {
  local entries=() uid
  for uid in "${!phase[@]}"; do entries+=("$(pod_entry "$uid" false)"); done
  report true ${entries[@]+"${entries[@]}"}
}

heartbeat() {
  local uid lines=""
  for uid in "${!phase[@]}"; do lines+="$uid ${token[$uid]} ${phase[$uid]}"$'\n'; done
  beat=$((beat + 1))
  mosquitto_pub "${options[@]}" -q 0 -t "$root/up/heartbeat" -m "$(jq -nc --argjson birth "$birth" \
    --argjson sequence "$beat" --arg digest "$(printf %s "$lines" | sort | sha256sum | cut -d' ' -f1)" \
    '{birth: $birth, sequence: $sequence, reportedDigest: $digest}')"
}

start_pod() { # UID SPEC
  local uid=$1 command
  mapfile -t command < <(jq -r '.spec.containers[0] | (.command // []) + (.args // []) | .[]' <<<"$2")
  name[$uid]=$(jq -r '.spec.containers[0].name' <<<"$2")
  code[$uid]=0
  if [ "$(jq -r '.spec.runtimeClassName // "oci"' <<<"$2")" = process ] && [ ${#command[@]} -gt 0 ]; then
    setsid "${command[@]}" >"$work/$uid.log" 2>&1 </dev/null &
    pid[$uid]=$!
    phase[$uid]=Running
  else
    phase[$uid]=Failed
    code[$uid]=127
  fi
  say "pod $uid (${name[$uid]}) is ${phase[$uid]}"
  report false "$(pod_entry "$uid" false)"
}

stop_pod() { # UID GRACE
  local uid=$1 tries=$(($2 * 10))
  if [ -n "${pid[$uid]:-}" ]; then
    kill -TERM -- "-${pid[$uid]}" 2>/dev/null || true
    while kill -0 "${pid[$uid]}" 2>/dev/null && [ $((tries--)) -gt 0 ]; do sleep 0.1; done
    kill -KILL -- "-${pid[$uid]}" 2>/dev/null || true
    wait "${pid[$uid]}" 2>/dev/null || true
  fi
  [ "${phase[$uid]:-}" = Running ] && phase[$uid]=Failed
  say "pod $uid is gone"
}

forget_pod() { unset "pid[$1]" "phase[$1]" "name[$1]" "code[$1]"; rm -f "$work/$1.log"; }

desired() { # INDEX
  local new_epoch new_generation uid digest pod_token grace
  read -r new_epoch new_generation < <(jq -r '"\(.epoch) \(.generation)"' <<<"$1")
  # An older leader, or an older state of the same one.
  if [ "$new_epoch" -lt "$epoch" ] || { [ "$new_epoch" -eq "$epoch" ] && [ "$new_generation" -lt "$generation" ]; }; then return; fi
  epoch=$new_epoch generation=$new_generation
  declare -A listed=()
  wanted=()
  while read -r uid digest pod_token grace; do
    listed[$uid]=1
    if [ -n "${token[$uid]:-}" ] && [ "$pod_token" -lt "${token[$uid]}" ]; then continue; fi
    token[$uid]=$pod_token
    if [ "$grace" != - ]; then
      if [ -z "${phase[$uid]:-}" ]; then phase[$uid]=Failed; else stop_pod "$uid" "$grace"; fi
      report false "$(pod_entry "$uid" true)"
      forget_pod "$uid"
    elif [ -z "${phase[$uid]:-}" ]; then
      wanted[$digest]=$uid
    fi
  done < <(jq -r '(.pods // [])[] | "\(.uid) \(.specDigest) \(.token) \(.stopGraceSeconds // "-")"' <<<"$1")
  for uid in "${!phase[@]}"; do
    if [ -z "${listed[$uid]:-}" ]; then stop_pod "$uid" 0; forget_pod "$uid"; unset "token[$uid]"; fi
  done
  if [ ${#wanted[@]} -gt 0 ]; then
    send request "$(printf '%s\n' "${!wanted[@]}" | jq -Rnc --argjson birth "$birth" '{birth: $birth, specs: [inputs]}')"
  fi
}

spec() { # DIGEST DOCUMENT
  local uid=${wanted[$1]:-}
  [ -n "$uid" ] || return 0
  [ "$(printf %s "$2" | sha256sum | cut -d' ' -f1)" = "$1" ] || { say "spec $1 is damaged, ignored"; return 0; }
  unset "wanted[$1]"
  start_pod "$uid" "$2"
}

reply() { send "reply/$1" "$2"; }

command_for_us() { # CORRELATION COMMAND
  local uid
  case $(jq -r .type <<<"$2") in
    birth) send birth "$(birth_message)"; full_report ;;
    report) full_report ;;
    logs)
      uid=$(jq -r .uid <<<"$2")
      reply "$1" "$(tail -n "$(jq -r '.tailLines // 100' <<<"$2")" "$work/$uid.log" 2>/dev/null | head -c 100000 | base64 -w0 \
        | jq -Rsc '{sequence: 0, stream: "out", data: ., exitCode: 0}')" ;;
    exec | exec-input) reply "$1" '{"sequence":0,"error":"this node cannot run commands inside a pod"}' ;;
    forward) reply "$1" '{"sequence":0,"error":"this node cannot reach ports of a pod"}' ;;
  esac
}

# Children that ended by themselves.
reap() {
  local uid
  for uid in "${!pid[@]}"; do
    if [ "${phase[$uid]}" = Running ] && ! kill -0 "${pid[$uid]}" 2>/dev/null; then
      if wait "${pid[$uid]}"; then code[$uid]=0; else code[$uid]=$?; fi
      if [ "${code[$uid]}" -eq 0 ]; then phase[$uid]=Succeeded; else phase[$uid]=Failed; fi
      say "pod $uid ended: ${phase[$uid]}"
      report false "$(pod_entry "$uid" false)"
    fi
  done
}

finish() {
  trap - EXIT
  local uid
  for uid in "${!pid[@]}"; do kill -KILL -- "-${pid[$uid]}" 2>/dev/null || true; done
  [ -z "${subscriber:-}" ] || kill "$subscriber" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 0' INT TERM

# ---- who this node is

# The platform's authority, as the broker shows it, if it is the one that the token speaks of.
fetch_authority() {
  openssl s_client -connect "$host:$port" -showcerts </dev/null 2>/dev/null \
    | awk '/BEGIN CERT/ {pem = ""} {pem = pem $0 "\n"} /END CERT/ {last = pem} END {printf "%s", last}' >"$id/authority.new"
  [ "$(openssl x509 -in "$id/authority.new" -outform DER | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')" = "${token##*.}" ] || {
    say "$host:$port is no broker of the platform that the token is for"
    exit 1
  }
  mv "$id/authority.new" "$id/authority.pem"
}

enrol() { # MESSAGE OPTION...
  local message=$1 answer; shift
  answer=$(mosquitto_rr -V mqttv5 -h "$host" -p "$port" -q 1 --cafile "$id/authority.pem" "$@" -W 30 \
    -t "$root/up/enrol" -e "$root/down/enrol" -m "$message") || return 1
  jq -e .certificate <<<"$answer" >/dev/null || { say "no certificate: $(jq -r .reason <<<"$answer")"; return 1; }
  jq -r .certificate <<<"$answer" >"$id/certificate.new"
  mv "$id/certificate.new" "$id/certificate.pem"
  say "certificate until $(openssl x509 -in "$id/certificate.pem" -noout -enddate | cut -d= -f2)"
}

if [ -n "${KOCHAB_IDENTITY:-}" ]; then
  id=$KOCHAB_IDENTITY token=${KOCHAB_JOIN_TOKEN:-}
  umask 077
  mkdir -p "$id"
  [ -s "$id/key.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$id/key.pem" 2>/dev/null
  request=$(openssl req -new -key "$id/key.pem" -subj "/CN=$node")
  own=(--cert "$id/certificate.pem" --key "$id/key.pem" -u "node:$manager:$node")
  if [ -s "$id/certificate.pem" ] && enrol "$(jq -nc --arg request "$request" '{request: $request}')" "${own[@]}"; then
    say "known already"
  else
    [ -n "$token" ] || { say "set KOCHAB_JOIN_TOKEN to join"; exit 1; }
    fetch_authority
    enrol "$(jq -nc --arg request "$request" --arg token "$token" '{request: $request, token: $token}')" -u "join:$manager:$node" -P "$token" || exit 1
  fi
  options+=(--cafile "$id/authority.pem" "${own[@]}")
fi

mkfifo "$work/down"
# The subscriber's last will tells the platform at once when the connection breaks.
mosquitto_sub "${options[@]}" -k 10 -t "$root/down/#" -F '%t %p' --will-topic "$root/up/state" \
  --will-payload "{\"online\":false,\"birth\":$birth}" --will-qos 1 --will-retain >"$work/down" &
subscriber=$!
exec 3<"$work/down"

send state "{\"online\":true,\"birth\":$birth}" -r
send birth "$(birth_message)"
full_report
say "registered at $host:$port as $node of $manager (birth $birth)"

part=""
while kill -0 "$subscriber" 2>/dev/null; do
  # A read that times out may have taken a part of a line.
  if IFS= read -r -t 0.5 line <&3; then
    line=$part$line part=""
    topic=${line%% *} payload=${line#* }
    case ${topic#"$root/down/"} in
      desired) [ -z "$payload" ] || desired "$payload" ;;
      spec/*) spec "${topic##*/}" "$payload" ;;
      cmd/*) command_for_us "${topic##*/}" "$payload" ;;
      announce) [ -z "$payload" ] || every=$(jq -r '.reportEverySeconds // 5' <<<"$payload") ;;
    esac
  else
    part+=$line
  fi
  reap
  if [ "$SECONDS" -ge "$next_beat" ]; then
    heartbeat
    next_beat=$((SECONDS + every))
  fi
done
say "the connection to the broker ended"
exit 1
