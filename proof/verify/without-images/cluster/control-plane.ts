import { findFreePort } from '@aio/tools/process/free-port';
import { type Part, startPart } from '@aio/tools/process/process';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MACHINE, SERVICES } from './network.ts';

export interface ControlPlaneOptions {
  /** Paths by name. */
  programs: Readonly<Record<string, string>>;
  /** Data, keys and logs of this verification. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Receives what has started, to be stopped in reverse. */
  onStart: (part: Part) => void;
}

export interface ControlPlane {
  /** File with the address and an administrator's token. */
  kubeconfig: string;
  /** Runs kubectl. @returns standard output */
  kubectl(...args: string[]): Promise<string>;
}

/**
 * Starts etcd, API server, controller manager and scheduler on this machine.
 * @throws StackError with the last lines of the program that does not start
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, folder, env, onStart } = options;
  const start = async (
    name: string,
    args: readonly string[],
    isReady: () => Promise<boolean>,
  ): Promise<void> => {
    const part = await startPart({
      name,
      command: programs[name] ?? name,
      args,
      env: { PATH: env.PATH, HOME: folder },
      logFile: join(folder, `logs/${name}.log`),
      readyWithinMs: 120_000,
      stopWithinMs: 15_000,
      isReady,
    });
    onStart(part);
  };
  const [etcdPort, peerPort, port] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const [etcd, peer] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`];
  await start(
    'etcd',
    [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // Its data is thrown away.
      '--unsafe-no-fsync',
    ],
    async () => (await (await fetch(`${etcd}/health`)).text()).includes('"true"'),
  );
  const { kubeconfig, accountKey, tokens, certificates } = writeFiles(folder, port);
  const run = promisify(execFile);
  const kubectl = async (...args: string[]) => {
    const { stdout } = await run(programs.kubectl ?? 'kubectl', args, {
      env: { PATH: env.PATH, HOME: folder, KUBECONFIG: kubeconfig },
    });
    return stdout;
  };
  await start(
    'kube-apiserver',
    [
      `--etcd-servers=${etcd}`,
      `--bind-address=${MACHINE}`,
      `--secure-port=${port}`,
      `--cert-dir=${certificates}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      `--service-cluster-ip-range=${SERVICES}`,
      `--advertise-address=${MACHINE}`,
      '--endpoint-reconciler-type=none',
      // The names of nodes do not resolve.
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${accountKey}`,
      `--service-account-signing-key-file=${accountKey}`,
    ],
    async () => (await kubectl('get', '--raw', '/readyz')) === 'ok',
  );
  const controllers = {
    'kube-controller-manager': [
      `--service-account-private-key-file=${accountKey}`,
      // Metrics count at once.
      '--horizontal-pod-autoscaler-sync-period=2s',
      '--horizontal-pod-autoscaler-cpu-initialization-period=0s',
      '--horizontal-pod-autoscaler-initial-readiness-delay=0s',
    ],
    'kube-scheduler': [],
  };
  for (const [name, args] of Object.entries(controllers)) {
    const own = [
      `--kubeconfig=${kubeconfig}`,
      `--secure-port=${await findFreePort()}`,
      '--bind-address=127.0.0.1',
      `--cert-dir=${join(folder, name)}`,
    ];
    await start(name, [...own, ...args], async () =>
      (await kubectl('get', 'lease', name, '--namespace=kube-system')).includes(name),
    );
  }
  return { kubeconfig, kubectl };
}

function writeFiles(folder: string, port: number) {
  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(at(name), text, { mode: 0o600 });
    return at(name);
  };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = randomUUID();
  // The API server writes its certificate here, and clients trust that file.
  const certificates = at('certificates');
  mkdirSync(certificates, { recursive: true });
  const cluster = {
    server: `https://${MACHINE}:${port}`,
    'certificate-authority': join(certificates, 'apiserver.crt'),
  };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'verify', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'verify', context: { cluster: 'verify', user: 'admin' } }],
    'current-context': 'verify',
  };
  return {
    certificates,
    accountKey: write('account.key', privateKey.export({ type: 'pkcs8', format: 'pem' })),
    tokens: write('tokens.csv', `${token},admin,admin,"system:masters"\n`),
    kubeconfig: write('kubeconfig.json', JSON.stringify(kubeconfig)),
  };
}
