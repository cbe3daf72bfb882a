# The back end: one image for API, worker, migrations and simulator. The command selects one.
#
#   docker compose build api
#
# NODE_IMAGE has no default, because only docker-compose.yml names it. Without Compose:
#   docker build -f deploy/compose/backend.Dockerfile --build-arg NODE_IMAGE=node:… -t aio-backend .
#
# For your own registry or mirror, pass secrets, which stay out of the layers: `npmrc`, `ca` (certificates in PEM, for
# npm and apt), `apt-conf`, `apt-sources`. For proxies, pass the build arguments HTTP_PROXY, HTTPS_PROXY and NO_PROXY,
# which Docker keeps out of images.
ARG NODE_IMAGE

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY services/core/package.json services/core/
COPY services/platform/package.json services/platform/
COPY services/http/package.json services/http/
COPY services/api/package.json services/api/
COPY services/worker/package.json services/worker/
COPY services/llm-simulator/package.json services/llm-simulator/
COPY observability/catalog/package.json observability/catalog/
COPY observability/tracing/package.json observability/tracing/
COPY observability/slo/package.json observability/slo/
COPY observability/metrics/package.json observability/metrics/
COPY observability/query/package.json observability/query/
COPY observability/runtime/package.json observability/runtime/
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca \
    --mount=type=cache,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && npm ci --omit=dev --workspaces --no-progress
# The SBOM. Without development dependencies, and without time and serial number, so that the same packages give the
# same file.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
    && npm sbom --sbom-format=cyclonedx > /tmp/sbom.json \
    && sed -e '/"serialNumber":/d' -e '/"timestamp":/d' /tmp/sbom.json > sbom.json

FROM ${NODE_IMAGE} AS sources
WORKDIR /app
COPY LICENSE package.json ./
COPY services/core services/core
COPY services/platform services/platform
COPY services/http services/http
COPY services/api services/api
COPY examples/workflows examples/workflows
COPY services/worker services/worker
COPY services/llm-simulator services/llm-simulator
COPY dashboards/generated dashboards/generated
COPY observability/catalog observability/catalog
COPY observability/tracing observability/tracing
COPY observability/slo observability/slo
COPY observability/metrics observability/metrics
COPY observability/query observability/query
COPY observability/runbooks observability/runbooks
COPY observability/runtime observability/runtime
# Readable for user 1000, whatever the permissions of the checkout.
RUN chmod -R u=rwX,go=rX .

FROM ${NODE_IMAGE}
ARG NODE_IMAGE
# psql and redis-cli are for debugging. Valkey's client works with Redis and has a BSD license. npm and similar programs
# are removed, because nothing is installed in this image.
RUN --mount=type=secret,id=ca,mode=0444 \
    --mount=type=secret,id=apt-conf \
    --mount=type=secret,id=apt-sources \
    set -- --no-install-recommends --yes; \
    if [ -s /run/secrets/ca ]; then set -- -o Acquire::https::CaInfo=/run/secrets/ca "$@"; fi; \
    if [ -s /run/secrets/apt-conf ]; then export APT_CONFIG=/run/secrets/apt-conf; fi; \
    if [ -s /run/secrets/apt-sources ]; then \
      set -- -o Dir::Etc::SourceList=/run/secrets/apt-sources -o Dir::Etc::SourceParts=- "$@"; \
    fi; \
    apt-get "$@" update \
    && apt-get "$@" install ca-certificates postgresql-client tzdata valkey-tools \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/cache/ldconfig/* \
      /var/log/apt /var/log/*.log \
      /opt/yarn* /usr/local/lib/node_modules /usr/local/include/node \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg
# So that new volumes here belong to user 1000: see the collector's configuration.
RUN install --directory --owner=1000 --group=1000 /var/lib/aio/collector
COPY --chmod=755 deploy/compose/redis-cli.sh /usr/local/bin/redis-cli
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=sources /app ./
# Listens on all addresses. Production unless the environment says otherwise.
ENV NODE_ENV=production \
    AIO_HOST=0.0.0.0
# A number, so that Kubernetes can check runAsNonRoot.
USER 1000:1000
# API, metrics of the API, metrics of a worker.
EXPOSE 8080 9464 9465
CMD ["node", "services/api/main.ts"]

ARG AIO_VERSION=development
ARG AIO_REVISION=unknown
# Metrics report the revision, and boards mark its change as a deployment.
ENV AIO_REVISION=${AIO_REVISION}
LABEL org.opencontainers.image.title="AIO back end" \
      org.opencontainers.image.description="API, worker, migrations and simulator of AIO, by command" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${AIO_VERSION}" \
      org.opencontainers.image.revision="${AIO_REVISION}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
