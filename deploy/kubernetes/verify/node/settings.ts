import { join } from 'node:path';
import { MACHINE, type NodeSpec, PODS } from './network.ts';

/** Made here, see `build-images.ts`. */
export const PAUSE_IMAGE = 'aio-pause:verify';

export interface NodeSettings extends NodeSpec {
  /** Of this node alone. */
  folder: string;
  kubeconfig: string;
  cniFolder: string;
  /** In every hierarchy of control groups. */
  cgroup: string;
}

/** Files of a node's programs, by name. */
export function nodeFiles(node: NodeSettings): Record<string, string> {
  return {
    'containerd.toml': containerd(node),
    'cni/10-pods.conflist': JSON.stringify(cni(node)),
    'kubelet.json': JSON.stringify(kubelet(node)),
    'kube-proxy.json': JSON.stringify(kubeProxy(node)),
    // Pods get names of the cluster, and no domain of this machine.
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
# A root without CAP_SYS_RESOURCE may not make a process less likely to be killed when memory is short.
restrict_oom_score_adj = true
[${cri}.cni]
bin_dir = "${cniFolder}"
conf_dir = "${join(folder, 'cni')}"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}

/** Each pod has a cable to its node: everything that it sends goes through the node's rules, as kube-proxy wants it. */
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
    // How full this machine's disk is says nothing of the manifests.
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
    // Limits that belong to the whole machine stay as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
