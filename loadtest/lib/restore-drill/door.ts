import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bed } from '../drill/bed.ts';

/** Opens to a secret that AIO keeps: who gets in has decrypted it. */
export interface Door {
  /** A run of it succeeds only by the secret's value. */
  readonly workflow: string;
  close(): Promise<void>;
}

export async function buildDoor(bed: Bed): Promise<Door> {
  const value = randomUUID();
  const server = createServer((incoming, outgoing) => {
    outgoing.writeHead(incoming.headers.authorization === `Bearer ${value}` ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await bed.system.api.putSecret('door_key', value);
  const headers = { authorization: 'Bearer ${{ secrets.door_key }}' };
  const workflow = await bed.createWorkflow('door', {
    knock: { type: 'http', with: { url, headers } },
  });
  return {
    workflow,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
