import { USERS } from '@aio/identity/testing/users';

export const BUILDER = USERS.builder;

/** What people log in with where AIO's own login service runs; they are in `realm.json`. */
const LOGINS = [
  [USERS.admin, 'sees and does everything'],
  [BUILDER, 'makes and runs their own workflows'],
] as const;

/** Lines for a person to read. */
export function listLogins(): string[] {
  return [
    '',
    'Logins:',
    ...LOGINS.map(
      ([{ username, password }, what]) =>
        `  ${username.padEnd(20)}  ${password.padEnd(10)}  ${what}`,
    ),
  ];
}
