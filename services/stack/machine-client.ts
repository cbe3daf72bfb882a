/** The client of `realm.json` for programs; scripts for k6, which has no Node.js, read it too. */
export const MACHINE_CLIENT = {
  id: 'aio-machine',
  developmentSecret: 'aio_machine_secret',
} as const;
