-- works with code from 0010
-- Of the request that a message or an event comes from: the span of what it ends links to it.
alter table run_messages add column traceparent text;
alter table events add column traceparent text;
