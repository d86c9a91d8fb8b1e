#!/bin/sh
# Runs one task and outlives the agent: keeps its output, bounded, and its exit code.
# run.sh DIRECTORY EXIT_FILE LOG_BYTES CGROUP_PROCS|- OOM_FILE|- COMMAND...
dir=$1 exit_file=$2 log_bytes=$3 cgroup=$4 oom_file=$5
shift 5
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022
cd "$dir" || exit 125
# Caught, not ignored: what is ignored would be ignored by the task as well.
trap : HUP INT QUIT TERM PIPE

# Of a process, in the variable ticks: a subshell would be a fork more.
start_ticks() {
    ticks=0
    IFS= read -r stat 2>/dev/null < "/proc/$1/stat" || return
    stat=${stat##*) }
    set -- $stat
    shift 19
    ticks=$1
}

# Two files of about LOG_BYTES each. dd passes on what it reads at once. When the disk is full, output is lost rather than the task.
keep_output() {
    size=0
    while :; do
        dd bs=16384 count=$(((log_bytes - size + 16383) / 16384)) >> output.log 2>/dev/null
        before=$size
        size=$(wc -c < output.log)
        [ "${size:-0}" -gt "$before" ] || break
        [ "$size" -lt "$log_bytes" ] && continue
        mv -f output.log output.log.1 || break
        size=0
    done
    cat > /dev/null
    : > drained
}

left_behind() {
    if [ "$cgroup" != - ]; then
        cat "$cgroup" 2>/dev/null
        return
    fi
    for file in /proc/[0-9]*/stat; do
        IFS= read -r stat 2>/dev/null < "$file" || continue
        pid=${stat%% *}
        stat=${stat##*) }
        set -- $stat
        [ "$1" = Z ] && continue
        [ "$4" = "$$" ] || continue
        [ "$pid" = "$$" ] || [ "$pid" = "$keeper" ] || [ "$2" = "$keeper" ] || [ "$2" = "$$" ] && continue
        echo "$pid"
    done
}

[ -p pipe ] || mkfifo pipe || exit 125
keep_output < pipe &
keeper=$!
sh ./enter main "$@" > pipe 2>&1 < /dev/null &
main=$!
read -r boot < /proc/sys/kernel/random/boot_id
start_ticks $$
own=$ticks
start_ticks "$main"
# One write: whoever reads it before finds nothing, or no end of the line.
echo "$boot $$ $own $main $ticks $keeper" > pids

while :; do
    wait "$main"
    code=$?
    kill -0 "$main" 2>/dev/null || break
done

# A task ends with its first process, as a container does.
round=0
while [ "$round" -lt 20 ]; do
    rest=$(left_behind)
    [ -n "$rest" ] || break
    kill -KILL $rest 2>/dev/null
    round=$((round + 1))
    [ "$round" -eq 1 ] || sleep 0.05 2>/dev/null || sleep 1
done
# What got away where there is no control group may keep the pipe open; else it is closed by now, and only the disk may take its time.
most=40
[ "$cgroup" = - ] || most=400
round=0
while [ ! -e drained ] && [ "$round" -lt "$most" ]; do
    # A task that was killed before it had opened the pipe has left the keeper waiting for somebody to do so.
    true 3<> pipe
    sleep 0.05 2>/dev/null || sleep 1
    round=$((round + 1))
done

killed=0
if [ -r "$oom_file" ]; then
    while read -r key value; do
        [ "$key" = oom_kill ] && killed=$value
    done < "$oom_file"
fi
echo "$code $killed $(date +%s)" > "$exit_file.new" && mv -f "$exit_file.new" "$exit_file"
