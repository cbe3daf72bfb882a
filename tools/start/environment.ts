import type { Progress } from './progress.ts';

/** Servers of the environment, which npm start does not start itself. undefined = not given. */
export interface GivenServices {
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  otlpEndpoint: string | undefined;
  otlpTracesEndpoint: string | undefined;
  otlpProtocol: string | undefined;
  otlpLogsEndpoint: string | undefined;
  jaegerUiUrl: string | undefined;
  jaegerQueryUrl: string | undefined;
  keycloakUrl: string | undefined;
  prometheusUrl: string | undefined;
  /** No process exports spans or log records. */
  isTelemetryOff: boolean;
}

/** A vendor of language models, and the variables by which workers know it. */
export interface Vendor {
  name: string;
  keyVariable: string;
  urlVariable: string;
  /** The path that the vendor's SDK expects after the origin. */
  path: string;
}

export const VENDORS: readonly Vendor[] = [
  { name: 'openai', keyVariable: 'OPENAI_API_KEY', urlVariable: 'OPENAI_BASE_URL', path: '/v1' },
  {
    name: 'anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    urlVariable: 'ANTHROPIC_BASE_URL',
    path: '',
  },
];

/** URLs of a cluster have commas between the nodes. */
const REDIS_PROTOCOLS = ['redis:', 'rediss:', 'redis+cluster:', 'rediss+cluster:'];

const URLS: Readonly<Record<string, readonly string[]>> = {
  DATABASE_URL: ['postgresql:', 'postgres:'],
  DATABASE_DIRECT_URL: ['postgresql:', 'postgres:'],
  DATABASE_READ_URL: ['postgresql:', 'postgres:'],
  REDIS_URL: REDIS_PROTOCOLS,
  REDIS_CACHE_URL: REDIS_PROTOCOLS,
  OPENAI_BASE_URL: ['http:', 'https:'],
  ANTHROPIC_BASE_URL: ['http:', 'https:'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['http:', 'https:'],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['http:', 'https:'],
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ['http:', 'https:'],
  JAEGER_UI_URL: ['http:', 'https:'],
  JAEGER_QUERY_URL: ['http:', 'https:'],
  PROMETHEUS_URL: ['http:', 'https:'],
  ALERTMANAGER_URL: ['http:', 'https:'],
  GRAFANA_UI_URL: ['http:', 'https:'],
  KEYCLOAK_URL: ['http:', 'https:'],
  KEYCLOAK_INTERNAL_URL: ['http:', 'https:'],
  AIO_PUBLIC_URL: ['http:', 'https:'],
};

/** One line for every variable of `URLS` that is not a URL. */
export function findUrlFaults(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(URLS)
    .filter(([name, protocols]) => env[name] && !isUrl(env[name], protocols))
    .map(([name, protocols]) => {
      return `${name}=${withoutPassword(env[name] ?? '')}: expected a URL that begins with ${protocols.join('// or ')}//`;
    });
}

/** Reads an environment that `findUrlFaults` accepts. */
export function readGivenServices(env: NodeJS.ProcessEnv): GivenServices {
  return {
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
    otlpTracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || undefined,
    otlpProtocol: env.OTEL_EXPORTER_OTLP_PROTOCOL || undefined,
    otlpLogsEndpoint: env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT || undefined,
    jaegerUiUrl: env.JAEGER_UI_URL || undefined,
    jaegerQueryUrl: env.JAEGER_QUERY_URL || undefined,
    keycloakUrl: env.KEYCLOAK_URL || undefined,
    prometheusUrl: env.PROMETHEUS_URL || undefined,
    isTelemetryOff: env.TELEMETRY_ENABLED === 'false',
  };
}

/** The URL to print and log. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@');
}

/** Checks only the first node of a cluster. */
function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text.includes('+cluster://') ? text.replace(/,.*/, '') : text);
  return url !== null && protocols.includes(url.protocol);
}

/**
 * The variables that give workers the simulator for each vendor of language models without a key.
 */
export function arrangeVendors(
  env: NodeJS.ProcessEnv,
  simulatorUrl: string,
  progress: Progress,
): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const { name, keyVariable, urlVariable, path } of VENDORS) {
    if (env[keyVariable]) {
      progress.ready(name, `real, because ${keyVariable} is set`);
    } else if (env[urlVariable]) {
      progress.given(name, `${urlVariable}, ${env[urlVariable]}`);
      settings[keyVariable] = 'none';
    } else {
      progress.standIn(name, `the simulator, since ${keyVariable} is not set`);
      settings[keyVariable] = 'simulated-key';
      settings[urlVariable] = `${simulatorUrl}${path}`;
    }
  }
  return settings;
}
