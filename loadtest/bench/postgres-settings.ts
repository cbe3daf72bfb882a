/**
 * What a server of this size is commonly given. Out of the box a checkpoint falls into every few seconds
 * of load, and with full_page_writes each page is then written whole once more: rates of one contender
 * differed by a half from round to round. Durability is as out of the box.
 */
export const POSTGRES_SETTINGS = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
} as const;
