import { findFreePort } from '@aio/stack/free-port';
import { type Part, startPart } from '@aio/stack/process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKubectl, type Kubectl } from './kubectl.ts';

export interface ControlPlaneOptions {
  programs: { etcd: string; apiServer: string; kubectl: string };
  /** Data, keys and logs of this verification. */
  folder: string;
  /** Address of the API server; loopback unless nodes must reach it. */
  address?: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** An API server with its etcd. */
export interface ControlPlane {
  kubectl: Kubectl;
  /** File with the address and an administrator's token. */
  kubeconfig: string;
  /** Signs tokens of ServiceAccounts. */
  serviceAccountKey: string;
  /** The API server's own certificate, for `localhost`. */
  certificate: { cert: string; key: string };
  /** Ends both. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** @throws StackError with the last lines of the program that does not start */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, folder, address = LOOPBACK, env, signal } = options;
  const serviceAccountKey = join(folder, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  const etcd = await startEtcd(options);
  try {
    const port = await findFreePort();
    const token = randomUUID();
    const kubeconfig = writeKubeconfig(folder, `https://${address}:${port}`, token);
    const kubectl = createKubectl(programs.kubectl, { kubeconfig, home: folder, env, signal });
    const apiServer = await startApiServer({
      ...options,
      address,
      etcdUrl: etcd.url,
      port,
      token,
      serviceAccountKey,
      kubectl,
    });
    const stop = async () => {
      await apiServer.stop();
      await etcd.stop();
    };
    const read = (name: string) => readFileSync(join(certificateFolder(folder), name), 'utf8');
    const certificate = { cert: read('apiserver.crt'), key: read('apiserver.key') };
    return { kubectl, kubeconfig, serviceAccountKey, certificate, stop };
  } catch (error) {
    await etcd.stop();
    throw error;
  }
}

async function startEtcd({
  programs,
  folder,
  env,
}: ControlPlaneOptions): Promise<Part & { url: string }> {
  const [port, peerPort] = [await findFreePort(), await findFreePort()];
  const [url, peerUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const part = await startPart({
    name: 'etcd',
    command: programs.etcd,
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // Its data is thrown away.
      '--unsafe-no-fsync',
    ],
    env: { PATH: env.PATH },
    logFile: join(folder, 'logs/etcd.log'),
    async isReady() {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) });
      return ((await response.json()) as { health: string }).health === 'true';
    },
  });
  return { ...part, url };
}

/** The API server writes its certificate here, and clients trust that file. */
function certificateFolder(folder: string): string {
  return join(folder, 'certificates');
}

function startApiServer(
  options: ControlPlaneOptions & {
    address: string;
    etcdUrl: string;
    port: number;
    token: string;
    serviceAccountKey: string;
    kubectl: Kubectl;
  },
): Promise<Part> {
  const { programs, folder, address, env, etcdUrl, port, token, serviceAccountKey, kubectl } =
    options;
  const tokenFile = join(folder, 'tokens.csv');
  writeFileSync(tokenFile, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  mkdirSync(certificateFolder(folder), { recursive: true });
  return startPart({
    name: 'kube-apiserver',
    command: programs.apiServer,
    args: [
      `--etcd-servers=${etcdUrl}`,
      `--bind-address=${address}`,
      `--secure-port=${port}`,
      `--cert-dir=${certificateFolder(folder)}`,
      `--token-auth-file=${tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      // Kubernetes refuses endpoints on loopback. No pod uses them.
      `--advertise-address=${address}`,
      '--endpoint-reconciler-type=none',
      // The names of nodes do not resolve.
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      // On by default, but the checks depend on both.
      '--enable-admission-plugins=PodSecurity,ServiceAccount',
    ],
    env: { PATH: env.PATH },
    logFile: join(folder, 'logs/kube-apiserver.log'),
    readyWithinMs: 120_000,
    stopWithinMs: 15_000,
    isReady: async () => (await kubectl.run(['get', '--raw', '/readyz'])).stdout === 'ok',
  });
}

function writeKubeconfig(folder: string, server: string, token: string): string {
  const file = join(folder, 'kubeconfig.json');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'verify',
        cluster: {
          server,
          'certificate-authority': join(certificateFolder(folder), 'apiserver.crt'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'verify', context: { cluster: 'verify', user: 'admin' } }],
    'current-context': 'verify',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
