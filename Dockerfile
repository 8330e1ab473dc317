# Slipway's own image, for the server and the agents: the `slipway` command on a Node.js base.
#   docker build --tag registry.example.com/slipway:0.1.0 .
# Where the internet cannot be reached, other images stand in for both: one with npm, and one that needs only Node.js.
ARG BUILD_IMAGE=docker.io/library/node:20-slim
ARG NODE_IMAGE=docker.io/library/node:20-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund && npm run build
RUN node scripts/image.mjs /image && chmod -R a+rX /image

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOME=/home/slipway
COPY --from=build /image /
USER 10001:10001
WORKDIR /home/slipway
# Not by the link in /usr/local/bin: Node.js is process 1 and hears SIGTERM, with no shell or env before it.
ENTRYPOINT ["node", "/opt/slipway/node_modules/@slipway/cli/bin/slipway.mjs"]
CMD ["--help"]
