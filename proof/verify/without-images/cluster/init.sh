#!/bin/sh
# The first process of a node, in its own mount, process and network namespaces.
set -eu
cd "$NODE_FOLDER"

# containerd must see the volumes that the kubelet mounts.
mount --make-rshared /
# Files in the usual folders stay in the node.
for folder in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$folder"; done
mount -o loop,noatime disk.img disk

# The kubelet would set these for the whole machine, so it sees files instead.
want() {
  echo "$2" >"sysctl-$(basename "$1")"
  mount --bind "sysctl-$(basename "$1")" "/proc/sys/$1"
}
want vm/overcommit_memory 1
want vm/panic_on_oom 0
want kernel/panic 10
want kernel/panic_on_oops 1
want kernel/keys/root_maxkeys 1000000
want kernel/keys/root_maxbytes 25000000

ip link set lo up
until ip link show dev eth0 >/dev/null 2>&1; do sleep 0.1; done
ip addr add "$NODE_ADDRESS" dev eth0
ip link set eth0 up
ip route add default via "$NODE_GATEWAY"
for route in $NODE_ROUTES; do ip route add "${route%=*}" via "${route#*=}"; done
echo 1 >/proc/sys/net/ipv4/ip_forward

containerd --config containerd.toml >containerd.log 2>&1 &
until [ -S containerd.sock ]; do sleep 0.1; done
"$KUBELET" --config kubelet.json --kubeconfig "$KUBECONFIG" --hostname-override "$NODE_NAME" \
  --node-ip "${NODE_ADDRESS%/*}" --node-labels "topology.kubernetes.io/zone=$NODE_ZONE" >kubelet.log 2>&1 &
"$KUBE_PROXY" --config kube-proxy.json >kube-proxy.log 2>&1 &
wait
