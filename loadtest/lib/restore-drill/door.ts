import { randomUUID } from 'node:crypto';
import type { Bed } from '../drill/bed.ts';
import { startHttpServer } from '../http-server.ts';

/** A server that requires a secret from AIO: a run can call it only if AIO decrypts the secret. */
export interface Door {
  /** Workflow that calls the server with the secret. */
  readonly workflow: string;
  close(): Promise<void>;
}

export async function buildDoor(bed: Bed): Promise<Door> {
  const value = randomUUID();
  const { url, close } = await startHttpServer((incoming, outgoing) => {
    outgoing.writeHead(incoming.headers.authorization === `Bearer ${value}` ? 200 : 401).end();
  });
  await bed.system.api.putSecret('door_key', value);
  const headers = { authorization: 'Bearer ${{ secrets.door_key }}' };
  const workflow = await bed.createWorkflow('door', {
    knock: { type: 'http', with: { url, headers } },
  });
  return { workflow, close };
}
