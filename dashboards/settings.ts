/** What differs between the Grafanas that show the boards. */
export interface Settings {
  /** Name or uid of Grafana's data source; absent = Grafana's default. */
  readonly prometheus?: string;
  /** Jaeger's user interface. */
  readonly jaegerUrl: string;
  /** AIO's web UI, which has the runbooks; absent = as the API exposes it to Prometheus. */
  readonly aioUrl?: string;
  /** Prometheus' jobs that scrape AIO. */
  readonly jobs: { readonly api: string; readonly worker: string };
}

/** Of the committed boards: `npm start` and Compose. */
export const DEFAULTS: Settings = {
  jaegerUrl: 'http://localhost:16686',
  jobs: { api: 'api', worker: 'worker' },
};

/** The settings of another Grafana. A variable that is absent or empty has its default. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const {
    BOARDS_PROMETHEUS: prometheus,
    BOARDS_JAEGER_URL: jaegerUrl,
    BOARDS_AIO_URL: aioUrl,
    BOARDS_JOB_API: api,
    BOARDS_JOB_WORKER: worker,
  } = env;
  return {
    ...(prometheus && { prometheus }),
    ...(aioUrl && { aioUrl: withoutSlash(aioUrl) }),
    jaegerUrl: withoutSlash(jaegerUrl || DEFAULTS.jaegerUrl),
    jobs: { api: api || DEFAULTS.jobs.api, worker: worker || DEFAULTS.jobs.worker },
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A query with the names of the jobs. */
export function renameJobs(promql: string, { jobs }: Pick<Settings, 'jobs'>): string {
  return promql.replaceAll(
    /\bjob="(api|worker)"/g,
    (_, job: 'api' | 'worker') => `job="${jobs[job]}"`,
  );
}
