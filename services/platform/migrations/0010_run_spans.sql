-- works with code from 0009
-- traceparent is of the run's own span from here on, whose id is chosen when the run is accepted; this is the span above
-- it. null = not traced, or accepted by earlier code: then traceparent is of the span above.
alter table runs add column parent_span_id text;
