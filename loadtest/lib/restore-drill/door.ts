import { randomUUID } from 'node:crypto';
import type { Bed } from '../drill/bed.ts';
import { startHttpServer } from '../http-server.ts';

/** Opens to a secret that AIO keeps: who gets in has decrypted it. */
export interface Door {
  /** A run of it succeeds only by the secret's value. */
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
