/** The client of `realm.json` for programs. k6, which is not Node.js, imports this file, too. */
export const MACHINE_CLIENT = {
  id: 'aio-machine',
  developmentSecret: 'aio_machine_secret',
} as const;
