import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { AuditActor } from '@aio/platform/queries/audit-log';
import type { Cookies } from '../../auth/cookies.ts';
import type { LoginFlow } from '../../auth/login-flow.ts';
import type { BoardsFor } from '../../auth/policy.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Sessions } from '../../auth/sessions.ts';
import type { Log } from '../../log.ts';

export interface AuthDeps {
  cookies: Cookies;
  sessions: Sessions;
  flow: LoginFlow;
  remember: (principal: Principal) => Promise<void>;
  /** Origin of AIO in browsers. */
  publicUrl: string;
  hasGameDays: boolean;
  boardsFor: BoardsFor;
  log: Log;
  metrics: Pick<Metrics<'api'>, 'logins'>;
  /** Writes logins and logouts to the audit log. */
  writeAudit: (actor: AuditActor) => Promise<void>;
}
