#!/bin/sh
# Jaeger 2.13 uses the former names of two parts.
sed -e 's/span_metrics/spanmetrics/g' -e 's/otlp_http/otlphttp/g' "$2" > /tmp/config.yaml
exec jaeger --config /tmp/config.yaml
