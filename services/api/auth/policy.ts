import type { Route } from '../http/define-route.ts';
import { ADMIN, BUILDER } from './principal.ts';

/**
 * Callers that may use a route:
 * - `open`: everyone, without login
 * - `login`: every logged-in caller
 * - `member`: the roles builder and admin. Builders see only their own objects
 * - `admin`: the role admin
 * - `boards`: those whom BOARDS_FOR names, because boards and alerts have the data of all owners
 */
export type Access = 'open' | 'login' | 'member' | 'admin' | 'boards';

/** Game days, which only development has. Admins break and mend, members guess, everyone may watch. */
const GAME_DAYS: Readonly<Record<string, Access>> = {
  listGameDays: 'login',
  getGame: 'login',
  watchGame: 'login',
  guessFault: 'member',
  startGame: 'admin',
  stopGame: 'admin',
  runTraffic: 'admin',
};

/** The access of each route, by its id. The API does not start if a route is missing. */
export const POLICY: Readonly<Record<string, Access>> = {
  ...GAME_DAYS,

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
  // The login service calls it. The handler checks its token.
  getMe: 'login',
  logout: 'login',

  createWorkflowVersion: 'member',
  publishVersion: 'member',
  validateWorkflow: 'member',
  listWorkflows: 'member',
  getWorkflow: 'member',
  listVersions: 'member',
  getVersion: 'member',
  getWorkflowStatistics: 'member',
  getWorkflowGrid: 'member',
  pauseWorkflow: 'admin',
  resumeWorkflow: 'admin',

  submitRun: 'member',
  listRuns: 'member',
  getRun: 'member',
  getRunTrace: 'member',
  getRunTime: 'member',
  cancelRun: 'member',
  retryRun: 'member',
  bulkRuns: 'member',
  replayRun: 'member',
  listItems: 'member',
  listAttempts: 'member',
  getStepInput: 'member',
  getStepOutput: 'member',
  getStepLogs: 'member',
  getRunLogs: 'member',
  streamRunEvents: 'member',

  postEvent: 'member',
  listEvents: 'member',

  // Approvals may name any user and any role.
  listApprovals: 'login',
  getApproval: 'login',
  decideApproval: 'login',

  listSecrets: 'admin',
  putSecret: 'admin',
  deleteSecret: 'admin',

  getOverview: 'member',
  getErrorBudgets: 'member',

  listQueues: 'member',
  pauseQueue: 'admin',
  resumeQueue: 'admin',
  listWorkers: 'member',

  listDashboards: 'boards',
  getDashboard: 'boards',
  listDashboardVariables: 'boards',
  queryDashboard: 'boards',
  listDashboardAnnotations: 'boards',
  listAlerts: 'boards',
  getRunbook: 'boards',

  listAudit: 'admin',

  // Bounded in size, names and values, and limited by the session's quota.
  getTelemetry: 'login',
  // Only of traces that the session's own requests began.
  postVitals: 'login',
};

/** What `boards` stands for. */
export type BoardsFor = Extract<Access, 'admin' | 'member'>;

/** The caller needs one of these roles; empty = none. */
export const ROLES: Readonly<Record<Exclude<Access, 'open' | 'boards'>, readonly string[]>> = {
  login: [],
  member: [BUILDER, ADMIN],
  admin: [ADMIN],
};

/** @throws Error naming each route without policy, and each policy without route */
export function requirePolicy(routes: readonly Pick<Route, 'id'>[]): void {
  const ids = new Set(routes.map(({ id }) => id));
  const missing = [...ids].filter((id) => !Object.hasOwn(POLICY, id));
  const unknown = Object.keys(POLICY).filter((id) => !ids.has(id) && !Object.hasOwn(GAME_DAYS, id));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new Error(
    `auth/policy.ts: ${[...missing.map((id) => `route ${id} has no access level`), ...unknown.map((id) => `${id} is no route`)].join(', ')}.`,
  );
}

/** @throws Error if the route has no policy */
export function accessOf({ id }: Pick<Route, 'id'>): Access {
  const access = Object.hasOwn(POLICY, id) ? POLICY[id] : undefined;
  if (access === undefined) throw new Error(`auth/policy.ts: route ${id} has no access level.`);
  return access;
}
