/** What `docker inspect` prints of a container, as far as it is read. */
export interface Container {
  Id: string;
  /** Id of its image. */
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

/** @returns what is missing of what every long-running container promises; `own` = it is of an image of ours */
export function findWeaknesses(container: Container, { own }: { own: boolean }): string[] {
  const { HostConfig: host, Config: config } = container;
  const user = config.User.split(':')[0] ?? '';
  const ports = Object.values(host.PortBindings ?? {}).flatMap((bindings) => bindings ?? []);
  const rules: [holds: boolean, otherwise: string][] = [
    [host.Memory > 0, 'no limit of memory'],
    [host.NanoCpus > 0, 'no limit of CPU'],
    [['always', 'unless-stopped'].includes(host.RestartPolicy.Name), 'is not restarted'],
    [hasOption(host.SecurityOpt, 'no-new-privileges'), 'may get new privileges'],
    [ports.every(({ HostIp }) => HostIp.startsWith('127.')), 'a port is open to other machines'],
    [!own || host.ReadonlyRootfs, 'may write to its root'],
    [!own || (host.CapDrop ?? []).includes('ALL'), 'has capabilities'],
    [!own || !['', '0', 'root'].includes(user), 'runs as root'],
  ];
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** `no-new-privileges:true` and `no-new-privileges` are the same. */
function hasOption(options: readonly string[] | null, name: string): boolean {
  return (options ?? []).some((option) => option === name || option === `${name}:true`);
}
