# An image of Reynard: `docker build -t reynard .`. How to run it stands in docs/deploy.md; compose.yaml does.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY . .
RUN node scripts/build-image.mjs

FROM ${NODE_IMAGE}
# What tools run inside their walls. An image without Python is built with --build-arg PYTHON=
ARG PYTHON="python3 python3-numpy python3-pandas python3-matplotlib python3-pytest"
COPY deploy/install-programs.sh /tmp/
RUN /tmp/install-programs.sh bubblewrap ca-certificates git ripgrep tini ${PYTHON} \
  && rm /tmp/install-programs.sh \
  && mkdir -m 0700 /data && chown 1000:1000 /data
WORKDIR /app
COPY --from=build /image ./
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=8000 REYNARD_DATA_DIR=/data HOME=/data LOG_FORMAT=json
USER 1000:1000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "deploy/health-check.mjs"]
# tini ends what a killed tool leaves behind; exec form, so that SIGTERM reaches the server.
ENTRYPOINT ["tini", "--", "node", "apps/web/server.ts"]
