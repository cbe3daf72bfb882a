export interface Config {
  host: string;
  port: number;
  /** Address that browsers use. */
  publicUrl: string;
  /** How long the server answers after SIGTERM, until load balancers notice. */
  shutdownDelayMs: number;
}

/** Invalid environment variables; the message has one line for each. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the server's settings. Nuxt itself reads NUXT_API_BASE; this only checks it.
 * @throws ConfigError
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = [];
  const environment = env['NODE_ENV'] || 'development';
  if (!['development', 'test', 'production'].includes(environment)) {
    faults.push(`NODE_ENV: got "${environment}", expected development, test or production`);
  }
  const port = Number(env['PORT'] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || env['PORT'] === '') {
    faults.push(`PORT: got "${env['PORT']}", expected a port number from 0 to 65535`);
  }
  const apiBase = env['NUXT_API_BASE'];
  if (apiBase !== undefined && !/^https?:$/.test(protocolOf(apiBase))) {
    faults.push(`NUXT_API_BASE: got "${apiBase}", expected an http or https address`);
  }
  const publicUrl = env['AIO_PUBLIC_URL'] || 'http://localhost:3000';
  if (!/^https?:$/.test(protocolOf(publicUrl))) {
    faults.push(`AIO_PUBLIC_URL: got "${publicUrl}", expected an http or https address`);
  } else if (environment === 'production' && !publicUrl.startsWith('https://')) {
    faults.push('AIO_PUBLIC_URL: set the https:// address at which browsers reach AIO');
  }
  const shutdownDelayMs = Number(env['SHUTDOWN_DELAY_MS'] || 0);
  if (!Number.isInteger(shutdownDelayMs) || shutdownDelayMs < 0 || shutdownDelayMs > 10_000) {
    faults.push(
      `SHUTDOWN_DELAY_MS: got "${env['SHUTDOWN_DELAY_MS']}", expected milliseconds from 0 to 10000`,
    );
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  const host = env['NITRO_HOST'] || env['HOST'] || env['AIO_HOST'] || '127.0.0.1';
  return { host, port, publicUrl, shutdownDelayMs };
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
