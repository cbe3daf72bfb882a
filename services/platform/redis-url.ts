/** `redis+cluster://[user:password@]host[:port][,host[:port]…]`, with TLS `rediss+cluster://`. */
const CLUSTER = /^(rediss?)\+cluster:\/\/([^@/?#]*@)?([^@/?#]+)\/?$/;

/** URLs of the nodes that the URL of a cluster names, all with its password; null = it is that of one server. */
export function clusterNodesOf(url: string): string[] | null {
  const [, protocol, login = '', hosts] = CLUSTER.exec(url) ?? [];
  return hosts === undefined
    ? null
    : hosts.split(',').map((host) => `${protocol}://${login}${host}`);
}

/** Whether it is the URL of a Redis or of a cluster. */
export function isRedisUrl(given: string): boolean {
  return (clusterNodesOf(given) ?? [given]).every((one) => {
    const parsed = URL.parse(one);
    return Boolean(parsed?.hostname) && ['redis:', 'rediss:'].includes(parsed!.protocol);
  });
}

/** Of a URL that stands for the whole: of a cluster, that of its first node. */
export function parseRedisUrl(given: string): URL {
  return new URL(clusterNodesOf(given)?.[0] ?? given);
}
