# The web UI and its server.
#
#   docker compose build frontend
#
# NODE_IMAGE and the secrets are as in backend.Dockerfile.
ARG NODE_IMAGE

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY services/web/package.json services/web/
COPY services/http/package.json services/http/
COPY observability/catalog/package.json observability/catalog/
COPY observability/slo/package.json observability/slo/
COPY observability/metrics/package.json observability/metrics/
COPY observability/query/package.json observability/query/
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca \
    --mount=type=cache,target=/root/.npm \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && npm ci --omit=dev --workspace=@aio/web --no-progress
# The SBOM. --legacy-peer-deps: parts of Nuxt UI's editor require other versions of their peers, which npm would report
# as an error.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
    && npm sbom --sbom-format=cyclonedx --legacy-peer-deps > /tmp/sbom.json \
    && sed -e '/"serialNumber":/d' -e '/"timestamp":/d' /tmp/sbom.json > sbom.json
COPY services/web services/web
COPY services/http services/http
COPY observability/catalog observability/catalog
COPY observability/slo observability/slo
COPY observability/metrics observability/metrics
COPY observability/query observability/query
RUN NUXT_TELEMETRY_DISABLED=1 npm run build --workspace=@aio/web \
    && chmod -R u=rwX,go=rX services/web/.output

FROM ${NODE_IMAGE}
ARG NODE_IMAGE
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
    && apt-get "$@" install ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/cache/ldconfig/* \
      /var/log/apt /var/log/*.log \
      /opt/yarn* /usr/local/lib/node_modules /usr/local/include/node \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/sbom.json ./
COPY --from=build /app/services/web/.output .output
ENV NODE_ENV=production \
    AIO_HOST=0.0.0.0
USER 1000:1000
EXPOSE 3000
CMD ["node", ".output/server/index.mjs"]

ARG AIO_VERSION=development
ARG AIO_REVISION=unknown
LABEL org.opencontainers.image.title="AIO web UI" \
      org.opencontainers.image.description="Web UI of AIO and its server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${AIO_VERSION}" \
      org.opencontainers.image.revision="${AIO_REVISION}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
