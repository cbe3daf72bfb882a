/** What people log in with where the embedded provider stands in for Keycloak; they are in `realm.json`. */
const LOGINS = [
  ['admin@example.com', 'admin123', 'sees and does everything'],
  ['builder@example.com', 'builder123', 'makes and runs workflows of their own'],
] as const;

/** Lines for a person to read. */
export function listLogins(): string[] {
  return [
    '',
    'Logins:',
    ...LOGINS.map(
      ([user, password, what]) => `  ${user.padEnd(20)}  ${password.padEnd(10)}  ${what}`,
    ),
  ];
}
