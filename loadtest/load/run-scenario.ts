import { StackError } from '@aio/tools/stack-error';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScenario } from './bundle.ts';
import type { K6 } from './find-k6.ts';
import { type K6Metrics, readSummary } from './k6-summary.ts';
import type { Failure } from './result.ts';
import type { LoadSettings, ScenarioName } from './scenarios.ts';

export interface ScenarioRun {
  k6: K6;
  scenario: ScenarioName;
  settings: LoadSettings;
  /** Label of this load in Prometheus and on the boards. */
  testid: string;
  /** Receives k6's figures by remote write. */
  prometheusUrl: string | undefined;
  /** Folder of the script, its settings and k6's log; created if missing. */
  folder: string;
  /** PATH, and AIO_MACHINE_CLIENT_SECRET unless it is the development secret. */
  env: NodeJS.ProcessEnv;
  /** What k6 prints. */
  shown: 'progress and summary' | 'summary' | 'nothing';
  /** Ends k6 and the load. */
  signal: AbortSignal;
}

export interface ScenarioOutcome {
  metrics: K6Metrics;
  /** No threshold was crossed. */
  kept: boolean;
  failures: Failure[];
  /** Path of k6's page of charts; null = the load was too short for it. */
  dashboard: string | null;
}

/** File name of k6's page of charts. */
export const DASHBOARD = 'dashboard.html';

/** Variables of the caller that k6 gets. */
const PASSED_ON = [
  'AIO_MACHINE_CLIENT_SECRET',
  'AIO_CHECK_USER',
  'AIO_CHECK_PASSWORD',
  'K6_BROWSER_EXECUTABLE_PATH',
  'K6_BROWSER_ARGS',
];
/** k6's exit code if the load crossed a threshold. */
const CROSSED = 99;
const KEPT_FAILURES = 10;
/** Messages of k6 in an error. */
const LAST_WORDS = 5;
/** Points per chart; k6 writes no page with fewer than three. */
const DASHBOARD_POINTS = 200;

/** @throws StackError with k6's last log lines if k6 fails */
export async function runScenario(run: ScenarioRun): Promise<ScenarioOutcome> {
  const { folder, scenario, k6 } = run;
  const file = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file('settings.json'), JSON.stringify(run.settings));
  await bundleScenario(scenario, file(`${scenario}.js`));
  const env = environmentOf(run, file('settings.json'));
  const output = run.shown === 'nothing' ? 'ignore' : 'inherit';
  const child = spawn(
    k6.command,
    [...k6.argsBefore({ folder, envNames: Object.keys(env) }), ...argsOf(run, file)],
    {
      cwd: folder,
      // Otherwise Ctrl-C reaches k6 twice, and k6 ends before it resets the simulator.
      detached: true,
      env: { PATH: run.env.PATH, HOME: run.env.HOME, ...env },
      stdio: ['ignore', output, output],
    },
  );
  const end = () => child.kill('SIGINT');
  run.signal.addEventListener('abort', end);
  let code: number | null;
  try {
    [code] = (await once(child, 'exit')) as [number | null];
    run.signal.throwIfAborted();
    if ((code !== 0 && code !== CROSSED) || !existsSync(file('summary.json')))
      throw new StackError(`k6 exited with code ${code}`, {
        details: readLog(file('k6.log')).slice(-LAST_WORDS),
      });
  } finally {
    run.signal.removeEventListener('abort', end);
  }
  return {
    metrics: readSummary(file('summary.json')),
    kept: code === 0,
    failures: readFailures(readLog(file('k6.log'))),
    dashboard: existsSync(file(DASHBOARD)) ? file(DASHBOARD) : null,
  };
}

function argsOf(run: ScenarioRun, file: (name: string) => string): string[] {
  return [
    'run',
    ...(run.shown === 'progress and summary' ? [] : ['--quiet']),
    `--summary-export=${file('summary.json')}`,
    '--no-usage-report',
    // No API server: two k6 processes would use the same port.
    '--address=',
    `--tag=testid=${run.testid}`,
    `--log-output=file=${file('k6.log')}`,
    '--log-format=json',
    ...(run.prometheusUrl === undefined ? [] : ['--out=experimental-prometheus-rw']),
    file(`${run.scenario}.js`),
  ];
}

function environmentOf(run: ScenarioRun, settingsFile: string): Record<string, string> {
  const given = PASSED_ON.flatMap((name) => (run.env[name] ? [[name, run.env[name]]] : []));
  return {
    AIO_LOAD_SETTINGS: settingsFile,
    K6_BROWSER_HEADLESS: 'true',
    // Without the sandbox, Chromium may run as root.
    K6_BROWSER_ARGS: 'no-sandbox,disable-gpu',
    ...(Object.fromEntries(given) as Record<string, string>),
    K6_WEB_DASHBOARD: 'true',
    K6_WEB_DASHBOARD_EXPORT: join(run.folder, DASHBOARD),
    K6_WEB_DASHBOARD_PERIOD: `${Math.ceil(run.settings.seconds / DASHBOARD_POINTS)}s`,
    // No dashboard server: k6 only writes the page at the end.
    K6_WEB_DASHBOARD_PORT: '-1',
    // k6 must not download extensions.
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    ...(run.prometheusUrl !== undefined && {
      K6_PROMETHEUS_RW_SERVER_URL: `${run.prometheusUrl}/api/v1/write`,
      K6_PROMETHEUS_RW_TREND_STATS: 'p(50),p(95),p(99),max',
      K6_PROMETHEUS_RW_PUSH_INTERVAL: '2s',
      // Otherwise series and annotations end five minutes after the load.
      K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
    }),
  };
}

/** The messages of k6's log. */
function readLog(logFile: string): string[] {
  if (!existsSync(logFile)) return [];
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [(JSON.parse(line) as { msg: string }).msg];
      } catch {
        return [];
      }
    });
}

function readFailures(messages: readonly string[]): Failure[] {
  return messages
    .filter((message) => message.startsWith('{"failure":'))
    .slice(0, KEPT_FAILURES)
    .map((message) => (JSON.parse(message) as { failure: Failure }).failure);
}
