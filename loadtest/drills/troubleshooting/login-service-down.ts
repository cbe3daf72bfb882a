import { readMetric } from '../../lib/read-metric.ts';
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
