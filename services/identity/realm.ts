import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of `realm.json` that AIO reads. Keycloak reads all of it. */
export interface Realm {
  realm: string;
  accessTokenLifespan: number;
  ssoSessionIdleTimeout: number;
  ssoSessionMaxLifespan: number;
  roles: { realm: { name: string }[] };
  users: RealmUser[];
  clients: RealmClient[];
}

export interface RealmUser {
  /** The subject of tokens. */
  id: string;
  username: string;
  email?: string;
  emailVerified?: boolean;
  enabled: boolean;
  firstName?: string;
  lastName?: string;
  credentials?: { type: string; value: string; temporary: boolean }[];
  /** The client whose service account this is. The account has no login. */
  serviceAccountClientId?: string;
  realmRoles: string[];
}

export interface RealmClient {
  clientId: string;
  secret: string;
  publicClient: boolean;
  standardFlowEnabled: boolean;
  implicitFlowEnabled: boolean;
  directAccessGrantsEnabled: boolean;
  serviceAccountsEnabled: boolean;
  redirectUris: string[];
  attributes: Record<string, string>;
  protocolMappers: { protocolMapper: string; config: Record<string, string> }[];
}

const FILE = join(import.meta.dirname, 'realm.json');

/** Reads the realm and fills in its variables, as Keycloak does at an import. */
export function readRealm(env: Readonly<Record<string, string | undefined>>): Realm {
  return JSON.parse(fillVariables(readFileSync(FILE, 'utf8'), env));
}

/** Replaces `${NAME:default}` by the variable or the default. `${NAME}` without a value stays. */
function fillVariables(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([^}]*))?\}/g, (whole, name: string, fallback?: string) => {
    const value = env[name] ?? fallback;
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
}
