/** The part of `docker inspect` that the checks read. */
export interface Container {
  Id: string;
  /** The image's id. */
  Image: string;
  Name: string;
  Config: { Image: string; User: string; Labels: Readonly<Record<string, string>> };
  State: {
    Status: string;
    Pid: number;
    ExitCode: number;
    /** ISO 8601. */
    StartedAt: string;
    Health?: { Status: string };
  };
  RestartCount: number;
  HostConfig: {
    Memory: number;
    NanoCpus: number;
    RestartPolicy: { Name: string };
    ReadonlyRootfs: boolean;
    CapDrop: readonly string[] | null;
    SecurityOpt: readonly string[] | null;
    PortBindings: Readonly<Record<string, readonly { HostIp: string }[] | null>> | null;
  };
}

/** @returns faults of a long-running container; `own` = its image is AIO's and must keep stricter rules */
export function findWeaknesses(container: Container, { own }: { own: boolean }): string[] {
  const { HostConfig: host, Config: config } = container;
  const user = config.User.split(':')[0] ?? '';
  const ports = Object.values(host.PortBindings ?? {}).flatMap((bindings) => bindings ?? []);
  const rules: [holds: boolean, otherwise: string][] = [
    [host.Memory > 0, 'has no memory limit'],
    [host.NanoCpus > 0, 'has no CPU limit'],
    [
      ['always', 'unless-stopped'].includes(host.RestartPolicy.Name),
      'does not restart after a crash',
    ],
    [hasOption(host.SecurityOpt, 'no-new-privileges'), 'can gain privileges'],
    [ports.every(({ HostIp }) => HostIp.startsWith('127.')), 'opens a port to other machines'],
    [!own || host.ReadonlyRootfs, 'can write to its root file system'],
    [!own || (host.CapDrop ?? []).includes('ALL'), 'has capabilities'],
    [!own || !['', '0', 'root'].includes(user), 'runs as root'],
  ];
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** `no-new-privileges:true` and `no-new-privileges` mean the same. */
function hasOption(options: readonly string[] | null, name: string): boolean {
  return (options ?? []).some((option) => option === name || option === `${name}:true`);
}
