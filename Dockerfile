# The three images, one target each:
#   docker build --target backend    -t backend-under-load/backend:0.1.0 .
#   docker build --target downstream -t backend-under-load/downstream:0.1.0 .
#   docker build --target lab        -t backend-under-load/lab:0.1.0 .
ARG NODE_IMAGE=node:20-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No install scripts: they fetch or compile what is in the packages already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# Of the lab's dependencies only those that the compiled program requires.
FROM build AS backend-modules
RUN node docker/only-required.js build/service && npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund

FROM build AS downstream-modules
RUN node docker/only-required.js build/downstream && npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund

FROM build AS lab-modules
RUN npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund

# Numeric user: a kubelet can tell that it is not root. Node gets SIGTERM itself, as it is the only process.
FROM ${NODE_IMAGE} AS backend
ENV NODE_ENV=production
WORKDIR /app
COPY --from=backend-modules /src/node_modules ./node_modules
COPY --from=build /src/build/service ./service
USER 1000:1000
EXPOSE 8000
CMD ["node", "service/main.js"]

FROM ${NODE_IMAGE} AS downstream
ENV NODE_ENV=production
WORKDIR /app
COPY --from=downstream-modules /src/node_modules ./node_modules
COPY --from=build /src/build/downstream ./downstream
USER 1000:1000
EXPOSE 8080
CMD ["node", "downstream/main.js"]

FROM ${NODE_IMAGE} AS lab
ENV NODE_ENV=production HOME=/tmp
WORKDIR /app
COPY --from=lab-modules /src/node_modules ./node_modules
COPY --from=build /src/build ./build
COPY --from=build /src/loadtests ./loadtests
COPY --from=build /src/bin ./bin
COPY --from=build /src/package.json ./
USER 1000:1000
ENTRYPOINT ["node", "bin/lab.js"]
