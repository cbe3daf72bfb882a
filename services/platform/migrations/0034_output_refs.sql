-- works with code from 0015
-- Where the output of a step is that is too long for its row: {"sha256", "bytes"}, see ../outputs/stored-outputs.ts.
alter table steps add column output_ref json;
-- Whether its code reads such outputs. While a worker lives that does not, or an older process may start, none is stored.
alter table workers add column reads_store boolean not null default false;
