import { panelId } from '@aio/catalog/boards';
import { CHAIN } from './definitions.ts';
import { ADMIN, BUILDER, OTHER, type TestPerson } from './test-issuer.ts';

/** The callers, in the order of the columns. `owner` owns the object of each request. */
export const CALLERS = {
  admin: ADMIN,
  owner: BUILDER,
  'other builder': OTHER,
  approver: { subject: 'sub-c', name: 'call@test', roles: ['on-call'] },
  'no role': { subject: 'sub-x', name: 'nobody@test', roles: [] },
  anonymous: null,
} as const satisfies Record<string, TestPerson | null>;
export type Caller = keyof typeof CALLERS;

type Row = readonly [number, number, number, number, number, number];

const all = (status: number): Row => [status, status, status, status, status, status];
/** Everyone who is logged in. */
const logged = (status: number): Row => [status, status, status, status, status, 401];
/** Members. `other` is the status for another builder. */
const members = (status: number, other = status): Row => [status, status, other, 403, 403, 401];
const admins = (status: number): Row => [status, 403, 403, 403, 403, 401];
const OF_OWNER = members(200, 404);

/** The expected status of each operation, by caller, without BOARDS_FOR. */
export const MATRIX: Readonly<Record<string, Row>> = {
  getHealth: all(200),
  getReadiness: all(200),
  getRoot: all(302),
  getApiRoot: all(302),
  getOpenApi: all(200),
  getDocs: all(200),
  getWorkflowSchema: all(200),
  getProblem: all(200),
  login: all(302),
  finishLogin: all(400),
  /** Without the form of a login service. */
  getMe: logged(200),
  logout: logged(200),

  createWorkflowVersion: [200, 200, 409, 403, 403, 401],
  publishVersion: OF_OWNER,
  validateWorkflow: members(200),
  listWorkflows: members(200),
  getWorkflow: OF_OWNER,
  listVersions: OF_OWNER,
  getVersion: OF_OWNER,
  getWorkflowStatistics: OF_OWNER,
  getWorkflowGrid: OF_OWNER,
  pauseWorkflow: admins(200),
  resumeWorkflow: admins(200),

  submitRun: members(202, 404),
  listRuns: members(200),
  getRun: OF_OWNER,
  getRunTrace: OF_OWNER,
  getRunTime: OF_OWNER,
  cancelRun: members(202, 404),
  retryRun: members(202, 404),
  replayRun: members(202, 404),
  bulkRuns: members(200),
  listItems: OF_OWNER,
  listAttempts: OF_OWNER,
  getStepInput: OF_OWNER,
  getStepOutput: OF_OWNER,
  getStepLogs: OF_OWNER,
  getRunLogs: OF_OWNER,
  streamRunEvents: OF_OWNER,

  postEvent: members(202),
  listEvents: members(200),

  listApprovals: logged(200),
  getApproval: [200, 200, 404, 200, 404, 401],
  decideApproval: [200, 403, 404, 200, 404, 401],

  listSecrets: admins(200),
  putSecret: admins(201),
  deleteSecret: admins(204),

  getOverview: members(200),
  getErrorBudgets: members(200),
  listQueues: members(200),
  pauseQueue: admins(200),
  resumeQueue: admins(200),
  listWorkers: members(200),

  listDashboards: admins(200),
  getDashboard: admins(200),
  listDashboardVariables: admins(200),
  queryDashboard: admins(200),
  listDashboardAnnotations: admins(200),
  listAlerts: admins(200),
  getRunbook: admins(200),
  listAudit: admins(200),

  listGameDays: logged(200),
  getGame: logged(200),
  watchGame: logged(204),
  guessFault: members(202),
  startGame: admins(202),
  stopGame: admins(202),
  runTraffic: admins(202),

  getTelemetry: logged(200),
  postVitals: logged(204),
};

/** Bodies of requests. A request without one here has none. */
export const BODIES: Readonly<Record<string, (objects: Objects) => object>> = {
  createWorkflowVersion: ({ workflow }) => ({ ...CHAIN, name: workflow }),
  validateWorkflow: () => CHAIN,
  submitRun: () => ({ input: { n: 1 } }),
  bulkRuns: ({ run }) => ({ action: 'cancel', ids: [run] }),
  postEvent: () => ({ name: 'order.paid', key: crypto.randomUUID() }),
  decideApproval: () => ({ decision: 'approved' }),
  queryDashboard: () => ({
    panel: panelId('aio-overview', 'Runs'),
    from: new Date(Date.now() - 60_000).toISOString(),
    to: new Date().toISOString(),
  }),
  putSecret: () => ({ value: 'a long enough value' }),
  guessFault: () => ({ fault: 'no-worker' }),
  startGame: () => ({ fault: 'no-worker' }),
  runTraffic: () => ({ minutes: 30 }),
  postVitals: () => ({ vitals: [{ name: 'LCP', route: '/runs', value: 1 }] }),
};

/** Objects of the owner. */
export interface Objects {
  workflow: string;
  run: string;
  approval: string;
}
