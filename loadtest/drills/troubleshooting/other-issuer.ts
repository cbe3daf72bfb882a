import type { Trouble } from '../../lib/trouble-drill/row.ts';

let apiEnv: Readonly<Record<string, string>> = {};

export const otherIssuer: Trouble = {
  name: 'other-issuer',
  symptom: 'every token is refused with 401',
  cause: 'KEYCLOAK_URL is not the address that tokens name, e.g. localhost for 127.0.0.1',
  cure: 'KEYCLOAK_URL as browsers and programs write it; KEYCLOAK_INTERNAL_URL for the way inside',
  bed: { processEnv: (name): Readonly<Record<string, string>> => (name === 'api' ? apiEnv : {}) },
  async tryOut({ bed, see, seeDetail, well }) {
    const { identityUrl, apis } = bed.system;
    const restart = async (env: typeof apiEnv) => {
      apiEnv = env;
      await apis[0]!.signal('SIGTERM');
      await apis[0]!.restart();
    };
    const other = new URL(identityUrl);
    other.hostname = 'localhost';
    await restart({ KEYCLOAK_URL: other.origin });
    const answer = await see('GET /api/v1/runs', '/api/v1/runs', '401 unauthenticated');
    seeDetail(answer, 'unexpected "iss" claim value');
    await restart({});
    await well('/api/v1/runs', '200');
  },
};
