import { USERS } from '@aio/identity/testing/users';

export const BUILDER = USERS.builder;

/** Users of `realm.json` to log in with, unless you have your own Keycloak. */
const LOGINS = [
  [USERS.admin, 'sees and does everything'],
  [BUILDER, 'creates and runs their own workflows'],
] as const;

/** Lines to print. */
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
