import { troubleDrill } from './trouble.ts';

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
