import type { Trouble } from '../../lib/trouble-drill/row.ts';

export const loginServiceDown: Trouble = {
  name: 'login-service-down',
  symptom: 'nobody can log in; an API that was just started refuses tokens with 503',
  cause: 'Keycloak is away',
  cure: 'start it; nothing else',
  async tryOut({ bed, see, seeDetail, seeLog, metric, well, logInAgain, checks }) {
    const { identity, apis } = bed.system;
    if (identity === null) throw new Error('This drill stops a login service of its own.');
    await identity.signal('SIGKILL');
    await see('GET /auth/login', '/auth/login', '503 unavailable');
    const errors = await metric(bed.system.metricsUrl, 'aio_login_service_errors_total');
    checks.that(errors > 0, 'aio_login_service_errors_total does not count it');
    await see('a token by a key that is known', '/api/v1/runs', '200');
    await apis[0]!.signal('SIGTERM');
    await apis[0]!.restart();
    const answer = await see('after a start of the API', '/api/v1/runs', '503 unavailable');
    seeDetail(answer, 'the API cannot check tokens');
    await seeLog('api', /The keys of the login service cannot be read/);
    await identity.restart();
    await well('/auth/login', '302');
    // The provider for development has made new keys, and what it had signed before is void.
    logInAgain();
    await well('/api/v1/runs', '200');
  },
};
