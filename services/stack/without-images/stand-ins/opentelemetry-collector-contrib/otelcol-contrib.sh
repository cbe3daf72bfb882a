#!/bin/sh
# Jaeger 2.13 knows two of the parts by the names that they had before.
sed -e 's/span_metrics/spanmetrics/g' -e 's/otlp_http/otlphttp/g' "$2" > /tmp/config.yaml
exec jaeger --config /tmp/config.yaml
