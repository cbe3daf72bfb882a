import type { Route } from '../http/define-route.ts';
import { ADMIN, BUILDER } from './principal.ts';

/**
 * Who may call a route:
 * - `open`: anybody, without a login
 * - `login`: whoever is logged in, whatever their roles
 * - `member`: who has the role builder or admin. What belongs to somebody is for its owner and for
 *   admins; to others it is not there
 * - `admin`: who has that role
 */
export type Access = 'open' | 'login' | 'member' | 'admin';

/** Every route by its id. What is not here does not start. */
export const POLICY: Readonly<Record<string, Access>> = {
  getHealth: 'open',
  getReadiness: 'open',
  getRoot: 'open',
  getApiRoot: 'open',
  getOpenApi: 'open',
  getDocs: 'open',
  getWorkflowSchema: 'open',
  getProblem: 'open',

  login: 'open',
  finishLogin: 'open',
  // The login service calls it; the token that it sends is checked.
  endSessions: 'open',
  getMe: 'login',
  logout: 'login',

  createWorkflowVersion: 'member',
  validateWorkflow: 'member',
  listWorkflows: 'member',
  getWorkflow: 'member',
  listVersions: 'member',
  getVersion: 'member',
  getWorkflowStatistics: 'member',
  pauseWorkflow: 'admin',
  resumeWorkflow: 'admin',

  submitRun: 'member',
  submitRuns: 'member',
  tryDefinition: 'member',
  listRuns: 'member',
  getRun: 'member',
  getRunTrace: 'member',
  getRunTime: 'member',
  compareRuns: 'member',
  cancelRun: 'member',
  retryRun: 'member',
  startBulk: 'member',
  getBulk: 'member',
  replayRun: 'member',
  listItems: 'member',
  getStepInput: 'member',
  getStepOutput: 'member',
  getStepLogs: 'member',
  getRunLogs: 'member',
  streamRunEvents: 'member',
  streamRuns: 'member',

  postEvent: 'member',
  listEvents: 'member',
  getEvent: 'member',

  // A workflow may ask anybody: its approvals name a user, or a role of any name.
  listApprovals: 'login',
  getApproval: 'login',
  decideApproval: 'login',

  listSecrets: 'admin',
  putSecret: 'admin',
  deleteSecret: 'admin',

  getOverview: 'member',

  listQueues: 'member',
  pauseQueue: 'admin',
  resumeQueue: 'admin',
  listWorkers: 'member',

  // Metrics are of the whole system, and have no owner. A client names a panel and sends no query.
  listDashboards: 'member',
  getDashboard: 'member',
  listDashboardVariables: 'member',
  queryDashboard: 'member',
  listDashboardAnnotations: 'member',
  listAlerts: 'member',
  getRunbook: 'member',
  queryRunbook: 'member',
  getObjectives: 'member',

  listAudit: 'admin',

  // What pages tell of themselves: bounded in size, kinds and values, and counted with a person's requests.
  getTelemetry: 'login',
  postSpans: 'login',
  postVitals: 'login',
};

/** Roles that open a route, one of them; empty = any or none. */
export const ROLES: Readonly<Record<Exclude<Access, 'open'>, readonly string[]>> = {
  login: [],
  member: [BUILDER, ADMIN],
  admin: [ADMIN],
};

/** @throws Error naming every route that the policy does not, and every name of it that is no route */
export function requirePolicy(routes: readonly Pick<Route, 'id'>[]): void {
  const ids = new Set(routes.map(({ id }) => id));
  const missing = [...ids].filter((id) => !Object.hasOwn(POLICY, id));
  const unknown = Object.keys(POLICY).filter((id) => !ids.has(id));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new Error(
    `auth/policy.ts: ${[...missing.map((id) => `${id} is missing`), ...unknown.map((id) => `${id} is no route`)].join(', ')}.`,
  );
}

/** Denied to everybody when nobody has said who may. */
export function accessOf({ id }: Pick<Route, 'id'>): Access {
  const access = Object.hasOwn(POLICY, id) ? POLICY[id] : undefined;
  if (access === undefined) throw new Error(`auth/policy.ts: ${id} is missing.`);
  return access;
}
