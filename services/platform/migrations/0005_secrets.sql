-- Keys under which secrets were written, so that a process with other keys notices when it starts.
create table secret_keys (
  id             text collate "C" primary key,        -- made of the key, see secrets/keys.ts
  first_used_at  timestamptz not null default now()
);

create table secrets (
  id          uuid primary key,
  name        text collate "C" not null unique,
  key_id      text collate "C" not null references secret_keys,
  sealed      bytea not null,                         -- nonce, ciphertext and tag, see secrets/seal.ts
  created_by  text not null,
  updated_by  text not null,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()      -- of the value; another key is no update
);
create index secrets_key_id on secrets (key_id);
