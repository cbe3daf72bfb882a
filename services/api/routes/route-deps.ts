import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { Announce } from '@aio/platform/queues/announcer';
import type { Pool } from '@aio/platform/postgres/pool';
import type { Probes } from '@aio/platform/probes';
import type { SecretsKey } from '@aio/platform/secrets/keys';
import type { ChangePublisher } from '@aio/platform/queues/run-changes';
import type { Slices } from '@aio/platform/postgres/slices';
import type { WorkQueues } from '@aio/platform/queues/work-queues';
import type { Tracing } from '@aio/runtime/tracing';
import type { AuthDeps } from './auth/auth-deps.ts';
import type { DefinitionReader } from './workflows/definition-reader.ts';
import type { Feeds } from '../events/create-feeds.ts';
import type { GameDaysController } from '../game-days.ts';
import type { AtOnce } from '../limits/at-once.ts';
import type { Log } from '../log.ts';
import type { Monitoring } from '../monitoring/create-monitoring.ts';
import type { TraceLinks, TraceUrls } from '../trace-links.ts';
import type { ReadsOf } from '../reads/create-reads.ts';
import type { ReadTrace } from '../traces/jaeger.ts';
import type { ReadVersion } from '../versions.ts';

/** Everything that routes use. Each route names its part in its signature. */
export interface RouteDeps {
  pool: Pool;
  atOnce: AtOnce;
  /** For work that may take long, such as validating inputs. */
  slices: Slices;
  readsOf: ReadsOf;
  queues: Pick<WorkQueues, 'addRuns' | 'counts' | 'findHeldBack' | 'pauseOnly'>;
  changes: Pick<ChangePublisher, 'publish'>;
  announce: Announce;
  probes: Pick<Probes, 'check'>;
  feeds: Feeds;
  links: TraceLinks;
  traceUrlOf: TraceUrls;
  /** null = JAEGER_QUERY_URL is empty. */
  readTrace: ReadTrace | null;
  /** Host to which processes send spans; null = traces are off. */
  receiverOfTraces: string | null;
  monitoring: Monitoring;
  /** null = no game days, as in production. */
  gameDays: GameDaysController | null;
  /** Share of the traces of browsers to keep, 0 to 1; null = tracing is off. */
  browserTracesRatio: number | null;
  readVersion: ReadVersion;
  readDefinition: DefinitionReader['read'];
  /** Encrypts new secrets. */
  secretsKey: SecretsKey;
  log: Log;
  tracing: Tracing;
  metrics: Metrics<'api'>;
  version: string;
  auth: AuthDeps;
}
