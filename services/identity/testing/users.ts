/** Logins of the users in `realm.json`. */
export const USERS = {
  admin: { username: 'admin@example.com', password: 'admin123' },
  builder: { username: 'builder@example.com', password: 'builder123' },
} as const;
