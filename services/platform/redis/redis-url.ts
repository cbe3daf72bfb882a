/** `redis+cluster://[user:password@]host[:port][,host[:port]…]`, with TLS `rediss+cluster://`. */
const CLUSTER = /^(rediss?)\+cluster:\/\/([^@/?#]*@)?([^@/?#]+)\/?$/;

/** URLs of the nodes in the URL of a cluster, each with its password; null = the URL of one server. */
export function clusterNodesOf(url: string): string[] | null {
  const [, protocol, login = '', hosts] = CLUSTER.exec(url) ?? [];
  return hosts === undefined
    ? null
    : hosts.split(',').map((host) => `${protocol}://${login}${host}`);
}

/** Whether this is the URL of a Redis server or cluster. */
export function isRedisUrl(given: string): boolean {
  return (clusterNodesOf(given) ?? [given]).every((one) => {
    const parsed = URL.parse(one);
    return Boolean(parsed?.hostname) && ['redis:', 'rediss:'].includes(parsed!.protocol);
  });
}

/** The parsed URL; of a cluster, the URL of its first node. */
export function parseRedisUrl(given: string): URL {
  return new URL(clusterNodesOf(given)?.[0] ?? given);
}

const DEFAULT_PORT = 6379;

/** Where this server listens; of a cluster, its first node. */
export function redisServerOf(given: string): { address: string; port: number } {
  const { hostname, port } = parseRedisUrl(given);
  // Only URLs have brackets around IPv6 addresses.
  return { address: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) || DEFAULT_PORT };
}

/** Decodes a part of a URL; returns it unchanged if its encoding is invalid. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
