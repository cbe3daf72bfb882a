#!/bin/sh
# Jaeger 2.13 uses the former names of two parts.
for word; do
  shift
  file=${word#--config=}
  copy="/tmp/$(basename "$file")"
  sed -e 's/span_metrics/spanmetrics/g' -e 's/otlp_http/otlphttp/g' "$file" > "$copy" || exit 1
  set -- "$@" "--config=$copy"
done
exec jaeger "$@"
