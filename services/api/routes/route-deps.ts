import type { Metrics } from '@aio/catalog/instruments';
import type { Pool } from '@aio/platform/pool';
import type { Probes } from '@aio/platform/probes';
import type { SecretsKey } from '@aio/platform/secrets/keys';
import type { SignalSender } from '@aio/platform/signals';
import type { WakeUps } from '@aio/platform/wake-ups';
import type { Tracing } from '@aio/runtime/tracing';
import type { FreshRuns } from './runs/fresh-runs.ts';
import type { AuthDeps } from './auth/auth-deps.ts';
import type { DefinitionReader } from './workflows/definition-reader.ts';
import type { Feeds } from '../events/create-feeds.ts';
import type { Log } from '../log.ts';
import type { TraceLinks, TraceUrls } from '../trace-links.ts';
import type { ReadVersion } from '../versions.ts';

/** What routes stand on; each names in its own signature what of it it takes. */
export interface RouteDeps {
  pool: Pool;
  wakeUps: Pick<WakeUps, 'ring' | 'counts'>;
  signals: Pick<SignalSender, 'publish' | 'publishLanes'>;
  freshRuns: FreshRuns;
  probes: Pick<Probes, 'check'>;
  feeds: Feeds;
  links: TraceLinks;
  traceUrlOf: TraceUrls;
  readVersion: ReadVersion;
  readDefinition: DefinitionReader['read'];
  /** Secrets are written with it. */
  secretsKey: SecretsKey;
  log: Log;
  tracing: Tracing;
  metrics: Metrics<'api'>;
  version: string;
  auth: AuthDeps;
}
