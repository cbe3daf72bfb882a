/** What the environment gives, so that it is not started here. undefined = not given. */
export interface GivenServices {
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  otlpEndpoint: string | undefined;
  otlpTracesEndpoint: string | undefined;
  otlpLogsEndpoint: string | undefined;
  jaegerUiUrl: string | undefined;
  jaegerQueryUrl: string | undefined;
  keycloakUrl: string | undefined;
  prometheusUrl: string | undefined;
}

/** A vendor of language models, as the workers are told of it. */
export interface Vendor {
  name: string;
  keyVariable: string;
  urlVariable: string;
  /** What the vendor's SDK expects after the origin. */
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

/** Of a cluster, with commas between its nodes. */
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
  LOKI_URL: ['http:', 'https:'],
  ALERTMANAGER_URL: ['http:', 'https:'],
  GRAFANA_UI_URL: ['http:', 'https:'],
  KEYCLOAK_URL: ['http:', 'https:'],
  KEYCLOAK_INTERNAL_URL: ['http:', 'https:'],
  AIO_PUBLIC_URL: ['http:', 'https:'],
  AIO_BACKCHANNEL_URL: ['http:', 'https:'],
};

/** A line for every URL of servers and vendors that is none. */
export function findUrlFaults(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(URLS)
    .filter(([name, protocols]) => env[name] && !isUrl(env[name], protocols))
    .map(([name, protocols]) => {
      return `${name}=${withoutPassword(env[name] ?? '')}: expected a URL that begins with ${protocols.join('// or ')}//`;
    });
}

/** Of an environment without faults. */
export function readGivenServices(env: NodeJS.ProcessEnv): GivenServices {
  return {
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
    otlpTracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || undefined,
    otlpLogsEndpoint: env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT || undefined,
    jaegerUiUrl: env.JAEGER_UI_URL || undefined,
    jaegerQueryUrl: env.JAEGER_QUERY_URL || undefined,
    keycloakUrl: env.KEYCLOAK_URL || undefined,
    prometheusUrl: env.PROMETHEUS_URL || undefined,
  };
}

/** A URL as it may be shown and logged. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@');
}

/** Of a cluster, the first node stands for all. */
function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text.includes('+cluster://') ? text.replace(/,.*/, '') : text);
  return url !== null && protocols.includes(url.protocol);
}
