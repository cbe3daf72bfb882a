import { join } from 'node:path';
import { MACHINE, type NodeSpec, PODS } from './network.ts';

/** Kubernetes keeps a pod's network in a container of this image, which only sleeps. */
export const PAUSE_IMAGE = 'aio-pause:verify';

export interface NodeSettings extends NodeSpec {
  /** The node's folder. */
  folder: string;
  kubeconfig: string;
  cniFolder: string;
  /** Name of its control group. */
  cgroup: string;
}

/** Texts of a node's configuration files, by file name. */
export function nodeFiles(node: NodeSettings): Record<string, string> {
  return {
    'containerd.toml': containerd(node),
    'cni/10-pods.conflist': JSON.stringify(cni(node)),
    'kubelet.json': JSON.stringify(kubelet(node)),
    'kube-proxy.json': JSON.stringify(kubeProxy(node)),
    // Without the search domains of this machine.
    'resolv.conf': `nameserver ${MACHINE}\n`,
  };
}

function containerd({ folder, cniFolder }: NodeSettings): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${join(folder, 'disk/containerd')}"
state = "/run/containerd"
[grpc]
address = "${join(folder, 'containerd.sock')}"
[${cri}]
sandbox_image = "docker.io/library/${PAUSE_IMAGE}"
# Root without CAP_SYS_RESOURCE cannot lower oom_score_adj.
restrict_oom_score_adj = true
[${cri}.cni]
bin_dir = "${cniFolder}"
conf_dir = "${join(folder, 'cni')}"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}

/** `ptp`, so that all packets of a pod pass the node's iptables rules, which kube-proxy needs. */
function cni({ pods }: NodeSettings): object {
  const ipam = { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [{ type: 'ptp', ipam }] };
}

function kubelet({ folder, address, cgroup }: NodeSettings): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [MACHINE],
    clusterDomain: 'cluster.local',
    resolvConf: join(folder, 'resolv.conf'),
    containerRuntimeEndpoint: `unix://${join(folder, 'containerd.sock')}`,
    volumePluginDir: '/var/lib/kubelet/plugins',
    nodeStatusUpdateFrequency: '4s',
    // A full disk of this machine must not evict pods.
    evictionHard: { 'imagefs.available': '0%', 'nodefs.available': '0%' },
    imageGCHighThresholdPercent: 100,
  };
}

function kubeProxy({ name, kubeconfig }: NodeSettings): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig },
    hostnameOverride: name,
    mode: 'iptables',
    detectLocalMode: 'ClusterCIDR',
    clusterCIDR: PODS,
    // Leaves limits of the whole machine alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
