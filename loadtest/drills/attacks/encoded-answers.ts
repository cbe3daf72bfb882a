import { startHttpServer } from '@aio/stack/testing/http-server';
import type { Attack } from './attack.ts';
import { countCodes } from './count.ts';

const CALLS = 12;
const ANSWER = '%41'.repeat(5_000_000);

export const ENCODED_ANSWERS: Attack = {
  name: 'encoded-answers',
  what: `a server answers ${CALLS} requests that contain a secret with 15 MB in percent-encoding`,
  limits: 'no step fails with `internal`',
  async prepare({ open, checks, defer }) {
    const { bed, builder } = await open();
    const server = await startHttpServer((_, response) => response.end(ANSWER));
    defer(server.close);
    await bed.system.api.putSecret('key', 'a-secret-of-some-length');
    const headers = { authorization: 'Bearer ${{ secrets.key }}' };
    const step = {
      type: 'http' as const,
      with: { url: server.url, headers },
      timeout: '60s',
      onFailure: 'continue' as const,
    };
    const over = Array.from({ length: CALLS }, (_, item) => item);
    await builder.createWorkflow({
      name: 'encoded',
      steps: { calls: { type: 'map', over, concurrency: CALLS, step } },
    });
    return async () => {
      await builder.submitRun('encoded');
      await bed.settle(120_000);
      const codes = await countCodes(bed);
      checks.that(!codes.some((code) => code.includes('internal')), codes.join(', '));
      return codes;
    };
  },
};
