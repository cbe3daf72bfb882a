import { USERS } from '@aio/identity/testing/users';

/** Users that tests log in: those of `realm.json`, and one without a role. */
export const PEOPLE = {
  ...USERS,
  approver: { username: 'cleo@example.com', password: 'cleo1234' },
};

export type Person = keyof typeof PEOPLE;

/** The user that is not in `realm.json`, in the format of the embedded provider. */
export const APPROVER = {
  id: '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0009',
  username: PEOPLE.approver.username,
  email: PEOPLE.approver.username,
  enabled: true,
  firstName: 'Cleo',
  lastName: 'Approver',
  credentials: [{ type: 'password', value: PEOPLE.approver.password, temporary: false }],
  realmRoles: [],
};
