import { readMetric } from '@aio/tools/system/read-metric';
import { troubleDrill } from './trouble.ts';

export const loginServiceDown = troubleDrill({
  name: 'login-service-down',
  symptom: 'logins fail; an API that has just started answers 503 to every token',
  cause: 'Keycloak is down',
  cure: 'start it, nothing else',
  async tryOut({ bed, see, seeDetail, seeLog, well, restartApi, logInAgain, checks }) {
    const { identity } = bed.system;
    await identity!.signal('SIGKILL');
    await see('GET /auth/login', '/auth/login', '503 unavailable');
    const errors = await readMetric(bed.system.metricsUrl, 'aio_login_service_errors_total');
    checks.that(errors > 0, 'aio_login_service_errors_total does not count the failed login');
    await see('a token with a known key', '/api/v1/runs', '200');
    await restartApi();
    const answer = await see('after an API restart', '/api/v1/runs', '503 unavailable');
    seeDetail(answer, 'the API cannot check tokens');
    await seeLog('api', /The keys of the login service cannot be read/);
    await identity!.restart();
    await well('/auth/login', '302');
    // The embedded provider has made new keys, so the tokens that it signed before are invalid.
    logInAgain();
    await well('/api/v1/runs', '200');
  },
});

const apiEnv: Record<string, string> = {};

export const otherIssuer = troubleDrill({
  name: 'other-issuer',
  symptom: 'the API answers 401 to every token',
  cause: 'KEYCLOAK_URL is not the address in the tokens, e.g. localhost instead of 127.0.0.1',
  cure: 'set KEYCLOAK_URL to the address for browsers, KEYCLOAK_INTERNAL_URL to the internal one',
  bed: { processEnv: { api: apiEnv } },
  async tryOut({ bed, see, seeDetail, well, restartApi }) {
    const other = new URL(bed.system.identityUrl);
    other.hostname = 'localhost';
    apiEnv['KEYCLOAK_URL'] = other.origin;
    await restartApi();
    const answer = await see('GET /api/v1/runs', '/api/v1/runs', '401 unauthenticated');
    seeDetail(answer, 'unexpected "iss" claim value');
    delete apiEnv['KEYCLOAK_URL'];
    await restartApi();
    await well('/api/v1/runs', '200');
  },
});
