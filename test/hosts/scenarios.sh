# scenarios.sh PROJECT HERE: run in the virtual machine by systemd as root, outside of any login session. Each
# scenario makes a host of one kind, asks the lab what it finds there, and is told apart by its name.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/var/tmp
project=$1 here=$2
root=/sys/fs/cgroup
cd /

probe() { node "$here/probe.js" "$project" "$1"; }
in_cgroup() { (echo 0 >"$root/$1/cgroup.procs" && shift && "$@"); }
as_user() { setpriv --reuid=1000 --regid=1000 --clear-groups env XDG_RUNTIME_DIR=/run/user/1000 "$@"; }
delegate() { mkdir "$root/$1" && chown 1000 "$root/$1" "$root/$1/cgroup.procs" "$root/$1/cgroup.subtree_control"; }
# A container as the kernel sees it: namespaces for cgroups and mounts, and cgroups mounted anew ($2: how).
in_container() {
  mkdir -p "$root/$1"
  in_cgroup "$1" unshare --cgroup --mount sh -c "
    umount $root && mount -t cgroup2 -o $2 cgroup2 $root && node $here/probe.js $project '$3'"
}

# systemd gives its services cpu and memory only when one of them asks.
echo '+cpu +memory' >$root/cgroup.subtree_control

probe 'root'
node "$here/limits.js" "$project" 'root, limits' cgroup-v2

in_container box ro 'container, read-only'
in_container box rw 'container, writable'
in_cgroup box unshare --cgroup node "$here/probe.js" "$project" 'namespace entered from outside'

delegate lab
in_cgroup lab as_user node "$here/probe.js" "$project" 'delegated subtree'
in_cgroup lab as_user node "$here/abandon.js" "$project" 'delegated subtree, killed'

mkdir $root/half && echo '+cpu' >$root/half/cgroup.subtree_control && delegate half/lab
in_cgroup half/lab as_user node "$here/probe.js" "$project" 'delegated subtree, only cpu'

delegate threads && mkdir $root/threads/t && echo threaded >$root/threads/t/cgroup.type
in_cgroup threads as_user node "$here/probe.js" "$project" 'domain threaded'

as_user node "$here/probe.js" "$project" 'user without session'
systemctl start user@1000.service
as_user node "$here/probe.js" "$project" 'user session'
as_user node "$here/limits.js" "$project" 'user session, limits' systemd-scope
as_user systemd-run --user --scope --quiet --property=Delegate=yes \
  node "$here/probe.js" "$project" 'delegated scope'
systemd-run --quiet --wait --pipe --property=Delegate=yes --property=User=lab --setenv=TMPDIR=/var/tmp \
  node "$here/probe.js" "$project" 'delegated service'

# What a systemd older than 252 gives to a user, and the drop-in that lab doctor advises.
drop_ins=/run/systemd/system/user@.service.d
mkdir $drop_ins && printf '[Service]\nDelegate=\nDelegate=memory pids\n' >$drop_ins/a.conf
systemctl daemon-reload && systemctl restart user@1000.service
as_user node "$here/probe.js" "$project" 'user session without cpu'
printf '[Service]\nDelegate=cpu memory pids\n' >$drop_ins/delegate.conf
systemctl daemon-reload && systemctl restart user@1000.service
as_user node "$here/probe.js" "$project" 'user session with the drop-in'
